"""JSON that people write by hand: read as it stands, or refused with what is wrong; never half. Pure."""

import json
from typing import Any
from unicodedata import category


class TwiceNamed(ValueError):
    """A name that stands twice in the same braces; its text is that name."""


class TooDeep(ValueError):
    """More brackets within brackets than what is read ever has."""


def read_json(text: str | bytes, deepest: int) -> Any:
    """What a text holds; numbers are numbers, so NaN and Infinity are not taken.

    Raises json.JSONDecodeError with its line, TwiceNamed, TooDeep, and ValueError of what is no number.
    """
    try:
        data = json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_number)
    except RecursionError as problem:
        raise TooDeep() from problem
    if _deeper(data, deepest):
        raise TooDeep()
    return data


def legible(text: str, longest: int) -> str:
    """What stands in such a text, as a page can show it, and no more of it than so many letters."""
    shown = "".join("\N{REPLACEMENT CHARACTER}" if illegible(sign) else sign for sign in text)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def illegible(sign: str) -> bool:
    """Whether no page can show it: a line break, half a letter."""
    return category(sign) in ("Cc", "Cs")


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise TwiceNamed(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _deeper(data: object, left: int) -> bool:
    inner = list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else None
    return inner is not None and (left == 0 or any(_deeper(one, left - 1) for one in inner))
