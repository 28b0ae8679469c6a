"""How totals went over time: against the first and against the one before. Pure.

Reliable change after Jacobson and Truax 1991: (x2 - x1) / (sd * sqrt(2) * sqrt(1 - r)) beyond 1.96.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from server.measures.rules import Answers, Higher, Instrument, Item
from server.measures.scoring import counting

BEYOND_CHANCE = 1.96


class Way(StrEnum):
    """Where it went."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """From one total to another. `reliable` is None where nobody stated how much is."""

    before: int
    now: int
    way: Way
    reliable: bool | None


@dataclass(frozen=True)
class Course:
    """Of all totals, oldest first. `response` and `remission` are None where they are not spoken of."""

    latest: int
    from_first: Change | None
    from_last: Change | None
    response: bool | None
    remission: bool | None


@dataclass(frozen=True)
class ItemChange:
    item: Item
    before: int
    now: int

    @property
    def by(self) -> int:
        return self.now - self.before


def reliable_points(sd: float, reliability: float) -> float:
    """The change that is more than chance; `sd` of the people it was tried with, `reliability` of the measure (r)."""
    return BEYOND_CHANCE * sd * sqrt(2) * sqrt(1 - reliability)


def change(instrument: Instrument, before: int, now: int) -> Change:
    """What became of a total."""
    by = now - before if instrument.higher is Higher.WORSE else before - now
    way = Way.SAME if by == 0 else Way.WORSE if by > 0 else Way.BETTER
    points = instrument.change.reliable
    return Change(before, now, way, None if points is None else abs(by) >= points)


def course(instrument: Instrument, totals: Sequence[int]) -> Course | None:
    """The course of these totals, oldest first; None of none."""
    if not totals:
        return None
    first, latest = totals[0], totals[-1]
    more = len(totals) > 1
    rule = instrument.change
    spoken_of = more and rule.baseline is not None and first >= rule.baseline
    return Course(
        latest=latest,
        from_first=change(instrument, first, latest) if more else None,
        from_last=change(instrument, totals[-2], latest) if more else None,
        response=latest <= first * (1 - rule.response) if spoken_of and rule.response else None,
        remission=latest < rule.remission if spoken_of and rule.remission is not None else None,
    )


def changed_items(instrument: Instrument, before: Answers, now: Answers) -> list[ItemChange]:
    """Items that moved by at least one, the furthest first; only those that count in both."""
    was, is_ = counting(instrument, before), counting(instrument, now)
    moved = [
        ItemChange(item, was[item.id], is_[item.id])
        for item in instrument.scored
        if item.id in was and item.id in is_ and was[item.id] != is_[item.id]
    ]
    return sorted(moved, key=lambda one: -abs(one.by))
