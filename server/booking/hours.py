"""Weekly wall hours as stretches of real time, in seconds since 1970: whole numbers, so that a long list stays quick.

A wall time that a change of clocks skips moves forward by the gap. One that happens twice
begins at its first and ends at its second occurrence, so no open minute is lost or doubled.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.clinic.rules import WeeklyHours

Stretch = tuple[int, int]
"""(from, until), half open."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def whole(length: timedelta) -> int:
    """A length in whole seconds."""
    return length // SECOND


def floor(at: datetime) -> int:
    """Seconds since 1970, rounded down."""
    return (at - EPOCH) // SECOND


def ceiling(at: datetime) -> int:
    """Seconds since 1970, rounded up."""
    return -((EPOCH - at) // SECOND)


def moment(at: int) -> datetime:
    return EPOCH + timedelta(seconds=at)


def open_stretches(week: Iterable[WeeklyHours], zone: ZoneInfo, window: Stretch) -> list[Stretch]:
    """The stretches of a weekly plan that touch the window, rising, each from its own beginning."""
    plan = tuple(week)
    found = (one for day in _local_days(zone, window) for one in _day_stretches(plan, zone, day))
    return sorted(one for one in found if one[0] < window[1] and one[1] > window[0])


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, with what overlaps or touches made one."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def grid(stretches: Sequence[Stretch], step: int, length: int, window: Stretch) -> list[int]:
    """Every start within the window, rising, each once: each stretch counts steps from its own beginning.

    What begins in one stretch may end in the next when they meet.
    """
    solid = merged(stretches)
    found: set[int] = set()
    place = 0
    for begin, end in stretches:
        while solid[place][1] <= begin:
            place += 1
        found.update(range(begin, min(end, solid[place][1] - length + 1), step))
    rising = sorted(found)
    return rising[bisect_left(rising, window[0]) : bisect_left(rising, window[1])]


def free_starts(starts: Sequence[int], taken: Sequence[Stretch], before: int, length: int) -> Iterator[bool]:
    """For each start (rising): whether [start - before, start + length) misses every taken stretch (merged).

    One pass over both lists.
    """
    place = 0
    for start in starts:
        while place < len(taken) and taken[place][1] <= start - before:
            place += 1
        yield place == len(taken) or taken[place][0] >= start + length


def _local_days(zone: ZoneInfo, window: Stretch) -> Iterator[date]:
    # The day before counts too: its last hour may reach over midnight when clocks change.
    day = moment(window[0]).astimezone(zone).date() - ONE_DAY
    last = moment(window[1]).astimezone(zone).date()
    while day <= last:
        yield day
        day += ONE_DAY


def _day_stretches(plan: Sequence[WeeklyHours], zone: ZoneInfo, day: date) -> Iterator[Stretch]:
    weekday = day.weekday()
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    for hours in plan:
        if hours.weekday == weekday:
            begin = _first(midnight + timedelta(minutes=hours.from_minute))
            end = _last(midnight + timedelta(minutes=hours.until_minute))
            if begin < end:
                yield begin, end


def _first(wall: datetime) -> int:
    return int(wall.timestamp())


def _last(wall: datetime) -> int:
    # In a gap the second reading lies earlier (it steps back by the gap), so the later of both is right everywhere.
    return int(max(wall.timestamp(), wall.replace(fold=1).timestamp()))
