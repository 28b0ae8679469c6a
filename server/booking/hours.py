"""Weekly wall hours as stretches of real time, in seconds since 1970: whole numbers, so that a long list stays quick.

A wall time that a change of clocks skips moves forward by the gap. One that happens twice
begins at its first and ends at its second occurrence, so no open minute is lost or doubled.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from operator import itemgetter, le
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.clinic.rules import Most, WeeklyHours
from server.moments import CLOCKS, clock, end_of, start_of

Stretch = tuple[int, int]
"""(from, until), half open."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
DAY_SECONDS = 86_400
SECOND = timedelta(seconds=1)
BEGIN, END = itemgetter(0), itemgetter(1)  # of a stretch
FAR = 2**62  # after every moment


def whole(length: timedelta) -> int:
    """A length in whole seconds."""
    return length // SECOND


def floor(at: datetime) -> int:
    """Seconds since 1970, rounded down."""
    return (at - EPOCH) // SECOND


def ceiling(at: datetime) -> int:
    """Seconds since 1970, rounded up."""
    return -((EPOCH - at) // SECOND)


def stretch(from_at: datetime, until_at: datetime) -> Stretch:
    """The whole seconds that cover a span."""
    return floor(from_at), ceiling(until_at)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


class LocalDay(NamedTuple):
    """A local day: its weekday, its midnight, and whether every wall minute of it exists once."""

    date: date
    weekday: int
    midnight: int
    plain: bool


class WallClock:
    """What the clocks of one zone show over a window of whole seconds: a list of a hundred times asks it often."""

    def __init__(self, zone: ZoneInfo, window: Stretch) -> None:
        self.zone = zone
        self._days = local_days(zone, window)
        self._midnights = [day.midnight for day in self._days]

    def split(self, moments: Sequence[int]) -> list[tuple[LocalDay, slice]]:
        """Where each local day lies in rising moments of the window; days without any are left out."""
        places = [bisect_left(moments, midnight) for midnight in self._midnights] + [len(moments)]
        spans = zip(self._days, places, places[1:], strict=False)
        return [(day, slice(begin, end)) for day, begin, end in spans if begin < end]

    def minutes(self, moments: Sequence[int]) -> list[int]:
        """Minutes since 0:00 that the clock shows at these moments of one day."""
        if day := self._plain(moments):
            return [(at - day.midnight) // 60 for at in moments]
        local = [moment(at).astimezone(self.zone) for at in moments]
        return [one.hour * 60 + one.minute for one in local]

    def words(self, moments: Sequence[int]) -> list[str]:
        """What the clock shows at these moments of one day, as a person reads it."""
        if day := self._plain(moments):
            return [CLOCKS[(at - day.midnight) // 60] for at in moments]
        return [clock(moment(at).astimezone(self.zone)) for at in moments]

    def _plain(self, moments: Sequence[int]) -> LocalDay | None:
        day = self._days[bisect_right(self._midnights, moments[0]) - 1]
        return day if day.plain and moments[-1] < day.midnight + DAY_SECONDS else None


def local_days(zone: ZoneInfo, window: Stretch) -> Sequence[LocalDay]:
    """The days of a zone that the window touches, and the one before: its last hour may reach over midnight."""
    first, last = (moment(at).astimezone(zone).date() for at in window)
    return _local_days(zone, first - ONE_DAY, last)


@lru_cache(maxsize=256)
def _local_days(zone: ZoneInfo, first: date, last: date) -> tuple[LocalDay, ...]:
    """These days and those between. Kept, since every list of times asks for the same two weeks."""
    day, found = first, list[LocalDay]()
    midnight, _ = _midnight(day, zone)
    while day <= last:
        following, again = _midnight(day + ONE_DAY, zone)
        plain = following - midnight == DAY_SECONDS and again <= following
        found.append(LocalDay(day, day.weekday(), midnight, plain))
        day, midnight = day + ONE_DAY, following
    return tuple(found)


def open_stretches(
    week: Iterable[WeeklyHours],
    zone: ZoneInfo,
    days: Iterable[LocalDay],
    window: Stretch,
    dated: Mapping[date, Sequence[WeeklyHours]] = MappingProxyType({}),
) -> list[Stretch]:
    """The stretches of a weekly plan on these days that touch the window, rising, each from its own beginning.

    A date in `dated` has those hours and none of the week's. A week of one service alone gains nothing by a date that
    is about all services: there it keeps what lies within both.
    """
    plan: dict[int, list[WeeklyHours]] = {}
    own = False
    for hours in week:
        plan.setdefault(hours.weekday, []).append(hours)
        own = own or hours.own
    on = [(day, _on(plan.get(day.weekday, ()), dated.get(day.date), own)) for day in days]
    found = [one for day, spans in on for hours in spans if (one := _stretch(day, hours, zone))]
    return sorted(one for one in found if one[0] < window[1] and one[1] > window[0])


def _on(week: Sequence[WeeklyHours], dated: Sequence[WeeklyHours] | None, own: bool) -> Sequence[WeeklyHours]:
    """The hours of one day, of which some may be dated."""
    if dated is None:
        return week
    if not own or any(one.own for one in dated):
        return dated
    both = [
        replace(
            one, from_minute=max(one.from_minute, day.from_minute), until_minute=min(one.until_minute, day.until_minute)
        )
        for one in week
        for day in dated
    ]
    return [one for one in both if one.from_minute < one.until_minute]


def hold(
    week: Iterable[WeeklyHours],
    zone: ZoneInfo,
    time: Stretch,
    dated: Mapping[date, Sequence[WeeklyHours]] = MappingProxyType({}),
) -> bool:
    """Whether the whole of this time lies within one stretch of somebody's hours."""
    plan = open_stretches(week, zone, local_days(zone, time), time, dated)
    return any(begin <= time[0] and time[1] <= end for begin, end in plan)


def full(zone: ZoneInfo, starts: Sequence[int], most: Most, window: Stretch) -> list[Stretch]:
    """The local days, and weeks from Monday on, that touch the window and hold as many starts as somebody gives.

    The starts rise, and are those of all days and weeks that the window touches.
    """
    days = local_days(zone, (window[0] - 6 * DAY_SECONDS, window[1] + 7 * DAY_SECONDS))
    midnights = [day.midnight for day in days]
    places = [bisect_left(starts, midnight) for midnight in midnights]
    return [
        (midnights[at], midnights[at + length])
        for length, enough in ((1, most.a_day), (7, most.a_week))
        for at in range(len(days) - length)
        if enough is not None
        and (length == 1 or days[at].weekday == 0)
        and places[at + length] - places[at] >= enough
        and midnights[at] < window[1]
        and midnights[at + length] > window[0]
    ]


def left_of(zone: ZoneInfo, starts: Sequence[int], most: Most, at: int) -> int | None:
    """How many more sessions somebody gives on the local day of this moment, within its week; None: unbounded."""
    days = local_days(zone, (at - 7 * DAY_SECONDS, at + 8 * DAY_SECONDS))
    today = max(index for index, day in enumerate(days) if day.midnight <= at)
    monday = today - days[today].weekday
    bounds = ((today, 1, most.a_day), (monday, 7, most.a_week))
    counts = [
        max(enough - _between(starts, days[first].midnight, days[first + length].midnight), 0)
        for first, length, enough in bounds
        if enough is not None
    ]
    return min(counts, default=None)


def _between(starts: Sequence[int], since: int, until: int) -> int:
    return bisect_left(starts, until) - bisect_left(starts, since)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, with what overlaps or touches made one."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def rising(ordered: Sequence[Stretch], more: Sequence[Stretch] = ()) -> list[Stretch]:
    """Stretches in order, with more of them: in order, and nothing overlaps; what merely touches may stay apart."""
    found = sorted((*ordered, *more)) if more else list(ordered)
    begins = map(BEGIN, found)
    next(begins, None)
    return found if all(map(le, map(END, found), begins)) else merged(found)


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


class Wanted(NamedTuple):
    """From when until when each start takes somebody's time, both rising."""

    begins: Sequence[int]
    ends: Sequence[int]


def wanted(starts: Sequence[int], before: int, length: int) -> Wanted:
    """[start - before, start + length) of each start (rising)."""
    return Wanted([start - before for start in starts], [start + length for start in starts])


def free_starts(asked: Wanted, taken: Sequence[Stretch]) -> list[bool]:
    """For each start whether its time misses every taken stretch (`rising`)."""
    begins = [*map(BEGIN, taken), FAR]
    ends = [*map(END, taken)]
    following = map(bisect_right, repeat(ends), asked.begins)
    return list(map(le, asked.ends, map(begins.__getitem__, following)))


def _stretch(day: LocalDay, hours: WeeklyHours, zone: ZoneInfo) -> Stretch | None:
    if day.plain:
        return day.midnight + hours.from_minute * 60, day.midnight + hours.until_minute * 60
    begin = floor(start_of(_wall(day.date, hours.from_minute, zone)))
    end = floor(end_of(_wall(day.date, hours.until_minute, zone)))
    return (begin, end) if begin < end else None


def _midnight(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The beginning of a day, and its other reading: later when the clock shows midnight twice."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(wall.timestamp()), int(wall.replace(fold=1).timestamp())


def _wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
