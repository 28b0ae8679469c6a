"""What a programme rests on outside of its courses, and what others say against it. Values alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.programmes.questions import Figure


class Base(StrEnum):
    """What a programme rests on outside of its courses."""

    DATE = "date"  # of a rule that ends
    PERSON = "person"  # somebody of the clinic who answers for it


@dataclass(frozen=True)
class Footing:
    """One such thing. `until`: the last day by the file, where the clinic says no other; `warn`: so long before."""

    id: str
    base: Base
    name: str
    source: str
    until: date | None = None
    warn: Figure | None = None


@dataclass(frozen=True)
class Caution:
    """What others say against it, shown wherever the programme is given or read."""

    words: str
    source: str
