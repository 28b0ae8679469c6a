"""How soon somebody was there for those who asked for help now. Pure: counts alone, and nobody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)
WITHIN = (2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE)


@dataclass(frozen=True)
class Came:
    """Somebody who came: when, when somebody took them first, and whether a crisis line was offered meanwhile."""

    asked_at: datetime
    taken_at: datetime | None = None
    offered_at: datetime | None = None

    @property
    def waited(self) -> timedelta | None:
        return self.taken_at - self.asked_at if self.taken_at else None


class Met(StrEnum):
    """How soon; every person is in one of them."""

    TWO = "within_2"
    FIVE = "within_5"
    TEN = "within_10"
    THIRTY = "within_30"
    LATER = "later"
    NEVER = "never"  # they left before, or wait still


@dataclass(frozen=True)
class Level:
    """Of each of Met how many, in its order; and to how many a crisis line was offered."""

    counts: tuple[int, ...]
    offered: int

    @property
    def came(self) -> int:
        return sum(self.counts)

    def within(self, place: int) -> float | None:
        """The share of all who came that somebody took within `WITHIN[place]`; None where nobody came."""
        return sum(self.counts[: place + 1]) / self.came if self.came else None


def met(one: Came) -> Met:
    """How soon somebody was there for this person."""
    if one.waited is None:
        return Met.NEVER
    steps: Sequence[Met] = (Met.TWO, Met.FIVE, Met.TEN, Met.THIRTY)
    return next((step for step, most in zip(steps, WITHIN, strict=True) if one.waited <= most), Met.LATER)


def level(people: Iterable[Came]) -> Level:
    """All of them together."""
    listed = list(people)
    kinds = [met(one) for one in listed]
    return Level(tuple(kinds.count(kind) for kind in Met), sum(one.offered_at is not None for one in listed))
