"""Parts of a JSON value, whatever stands where they should. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.genetics.bringing.found import NotReadable


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def of_one_person(names: Iterable[str]) -> None:
    """Raises NotReadable where these name several people."""
    if len({" ".join(name.split()).casefold() for name in names} - {""}) > 1:
        raise NotReadable(several=True)
