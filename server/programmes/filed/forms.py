"""A programme as a file that a clinic brings: the text of a file -> its definition, or every reason why not. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.programmes.catalogue import digest_of
from server.programmes.definition import Definition
from server.programmes.filed.sense import overdone
from server.programmes.forms import MOST_PROBLEMS, parse
from server.programmes.mending import Problem
from server.strict_json import TooDeep, TwiceNamed, illegible, legible, read_json

MOST_BYTES = 128 * 1024
DEEPEST = 12
LONGEST = 200
"""So many letters of a place or a word of a file stand on a page."""
NOT_JSON = "This is not JSON yet. Mend the commas, brackets and quotation marks there."


@dataclass(frozen=True)
class Filed:
    """A definition as a file says it, and the data of that file."""

    data: Mapping[str, Any]
    definition: Definition

    @property
    def digest(self) -> str:
        return digest_of(self.data)


def written(data: Mapping[str, Any]) -> str:
    """The text of a file, for people to read and change."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def to_change(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of a programme of Parlour for a clinic to make its own of: an id and a version that are not ours."""
    key = str(data["id"])
    return {**data, "id": f"{key[:28]}-own", "version": "1", "name": f"{data['name']} (our own)", "based_on": key}


def read(sent: bytes) -> Filed | list[Problem]:
    """What a file says by itself; what does not fit the clinic `rules.strange` finds."""
    if not sent.strip():
        return [Problem("", "There is nothing in this file. Choose one that holds a programme.")]
    if len(sent) > MOST_BYTES:
        return [Problem("", f"It is larger than {MOST_BYTES // 1024} kB, which is more than a programme needs.")]
    data = _data(sent)
    if isinstance(data, Problem):
        return [data]
    if odd := list(_illegible(data, "")):
        return odd[:MOST_PROBLEMS]
    found = parse(data)
    if not isinstance(found, Definition):
        return [Problem(_short(one.place), _short(one.words)) for one in found]
    assert isinstance(data, dict), "it is one"
    return list(overdone(found))[:MOST_PROBLEMS] or Filed(data, found)


def _data(sent: bytes) -> Any:
    """What the text holds, or what is wrong with it."""
    try:
        data = read_json(sent.decode("utf-8-sig"), DEEPEST)
    except TwiceNamed as twice:
        return Problem("", f"‘{_short(str(twice))}’ stands twice within the same braces. Leave out one of them.")
    except json.JSONDecodeError as odd:
        return Problem(f"line {odd.lineno}", NOT_JSON)
    except UnicodeDecodeError:
        return Problem("", "This is no text. Save it as UTF-8, such as a file taken from here is.")
    except TooDeep:
        return Problem("", "There are more brackets within brackets than a programme has.")
    except ValueError:
        return Problem("", "This is not JSON yet, or there are more brackets within brackets than a programme has.")
    return data if isinstance(data, dict) else Problem("", "A programme stands within braces: { }.")


def _illegible(data: object, place: str) -> Iterator[Problem]:
    """Texts and names with signs that no page can show, such as a line break or half a letter."""
    if isinstance(data, str) and any(map(illegible, data)):
        yield Problem(_short(place), "There is a sign in it that cannot be shown, such as a line break. Take it out.")
    for name, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _illegible(name, place)
        yield from _illegible(inner, f"{place}.{name}".lstrip("."))


def _short(text: str) -> str:
    return legible(text, LONGEST)
