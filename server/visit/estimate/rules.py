"""From when until when somebody is most likely let in, learned from their own therapist's past. Pure.

A wait is compared with the earliest moment that could be expected of it: the booked time or the arrival, whichever is
later, or the planned end of the session that ran then. What came on top is the therapist's own overrun. The range holds
four fifths of the overruns before (split conformal prediction: order statistics of exchangeable residuals, Vovk et al.,
Algorithmic Learning in a Random World, 2005), of those still possible after the time already waited.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

SHARE = 0.8
ENOUGH = 20  # overruns; with fewer the page says nothing
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Met:
    """A visit that began: when its patient came, its booked time, when they were let in, and when it ended."""

    arrived_at: datetime
    starts_at: datetime
    length: timedelta
    admitted_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Range:
    """Whole minutes, both ends included."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Tested:
    """Of `asked` past waits that would have been given a range, `inside` ended within it."""

    asked: int
    inside: int

    @property
    def coverage(self) -> float:
        return self.inside / self.asked if self.asked else 0.0


def earliest(arrived_at: datetime, starts_at: datetime, met: Iterable[Met]) -> datetime:
    """The earliest moment to expect: their time, or the planned end of what runs then."""
    asked = max(arrived_at, starts_at)
    running = (one for one in met if one.admitted_at <= asked and (one.ended_at is None or one.ended_at > asked))
    return max([asked, *(one.admitted_at + one.length for one in running)])


def overruns(met: Sequence[Met]) -> list[timedelta]:
    """How much later than could be expected each of these visits began."""
    return [_overrun(one, met) for one in met]


def _overrun(one: Met, met: Iterable[Met]) -> timedelta:
    others = (other for other in met if other is not one)
    return one.admitted_at - earliest(one.arrived_at, one.starts_at, others)


def range_for(base: datetime, past: Iterable[timedelta], now: datetime) -> Range | None:
    """For somebody whose earliest moment is `base` and who still waits at `now`; None with too little to go by."""
    possible = sorted(span for span in past if base + span > now)
    count = len(possible)
    if count < ENOUGH:
        return None
    tail = (1 - SHARE) / 2
    low = possible[max(floor((count + 1) * tail), 1) - 1]
    high = possible[min(ceil((count + 1) * (1 - tail)), count) - 1]
    return Range(_down(max(base + low, now)), _up(base + high))


def back_test(met: Sequence[Met]) -> Tested:
    """Every visit asked at its arrival, knowing only what had begun before: how often was the answer true?"""
    ordered = sorted(met, key=lambda one: one.admitted_at)
    late = overruns(ordered)
    asked = inside = 0
    for index, one in enumerate(ordered):
        known = [late[i] for i in range(index) if ordered[i].admitted_at <= one.arrived_at]
        base = one.admitted_at - late[index]
        found = range_for(base, known, one.arrived_at)
        if found:
            asked += 1
            inside += found.from_at <= one.admitted_at <= found.until_at
    return Tested(asked, inside)


def _down(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _up(at: datetime) -> datetime:
    return _down(at) + (MINUTE if at > _down(at) else timedelta())
