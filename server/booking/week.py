"""The offered times as a page shows them: days in the visitor's zone, each in its three parts. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import repeat
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.booking.hours import DAY_SECONDS, WallClock, floor, moment
from server.booking.rules import Offer
from server.moments import Speaker, same_clock

SIDE_BY_SIDE = 5
NOON = 12 * 60
DUSK = 18 * 60
COLUMN_LETTERS = 5  # a longer month would break the head of its column in two


class Time(NamedTuple):
    """One free start: what the form sends, the visitor's clock, and the clinic's where the two differ on the page."""

    value: str
    clock: str
    there: str
    chosen: bool
    left: int | None = None  # places in a group, where the clinic shows them


_A_TIME: Callable[[tuple[str, str, str, bool, int | None]], Time] = partial(tuple.__new__, Time)
"""What `Time._make` does, for a hundred of them on each page."""


class Day(NamedTuple):
    """A day with open hours, as the template takes it apart. `free`: how many times; `shown`: the one a phone shows;
    `near`: one of those that stand side by side; `theirs`: when whoever looks has a place in a group already.
    """

    date: date
    value: str
    weekday: str
    short: str
    day_month: str
    label: str
    morning: tuple[Time, ...]
    afternoon: tuple[Time, ...]
    evening: tuple[Time, ...]
    free: int
    shown: bool
    near: bool
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Week:
    """The days of a window; the other four are days that lead further: `..._near` on a wide page, five at a time.

    `two_clocks`: the clinic's clock shows another time than the visitor's at some time of these days.
    """

    days: tuple[Day, ...]
    before: str
    after: str
    before_near: str
    after_near: str
    two_clocks: bool = False

    @property
    def chosen(self) -> tuple[Day, Time] | None:
        """The day and time that is filled in."""
        times = ((day, time) for day in self.days for time in (*day.morning, *day.afternoon, *day.evening))
        return next((pair for pair in times if pair[1].chosen), None)


def week_of(
    found: Sequence[Offer],
    say: Speaker,
    clinic_zone: ZoneInfo,
    *,
    wanted_day: date | None,
    wanted_start: datetime | None,
    before: str,
    after: str,
    places: Callable[[Offer], int] | None = None,
    sits: Collection[int] = (),
) -> Week:
    """Days with open hours, in order; a day whose times are all taken stays, empty. One time is always chosen.

    `places` says how many are left at a time; `sits`: starts of groups in which they have a place already.
    """
    if not found:
        return Week((), before, after, before, after)
    moments = [offer.at for offer in found]
    here = WallClock(say.zone, (moments[0], moments[-1]))
    there = WallClock(clinic_zone, (moments[0], moments[-1]))
    parts = here.split(moments)
    by_day = {day.date: found[place] for day, place in parts}
    differs = clinic_zone != say.zone and any(_differ(here, there, moments[place]) for _, place in parts)
    chosen = _chosen(by_day, wanted_day, wanted_start)
    shown = say.local(moment(chosen)).date() if chosen is not None else _nearest(by_day, wanted_day)
    order = list(by_day)
    place = order.index(shown) if shown in by_day else 0
    first = place - place % SIDE_BY_SIDE
    near = range(first, first + SIDE_BY_SIDE)
    theirs = there if differs else None
    days = tuple(
        _day(day, _times(group, here, theirs, chosen, places), say, shown=day == shown, near=index in near)
        for index, (day, group) in enumerate(by_day.items())
    )
    if sits:
        days = tuple(day._replace(theirs=_sat_in(by_day[day.date], here, sits)) for day in days)
    before_near = days[first - SIDE_BY_SIDE].value if first else before
    after_near = days[near.stop].value if near.stop < len(days) else after
    return Week(days, before, after, before_near, after_near, differs)


def _differ(one: WallClock, other: WallClock, moments: Sequence[int]) -> bool:
    """Whether two clocks differ at any of these moments of one day; a whole day apart they show the same minutes."""
    same_at_first = same_clock(one.zone, other.zone, moment(moments[0]))
    return not same_at_first or one.minutes(moments) != other.minutes(moments)


def _chosen(
    by_day: Mapping[date, Sequence[Offer]], wanted_day: date | None, wanted_start: datetime | None
) -> int | None:
    wanted = floor(wanted_start) if wanted_start else None
    if wanted and any(one.therapists and one.at == wanted for group in by_day.values() for one in group):
        return wanted
    day = _nearest(by_day, wanted_day) if wanted_day else None
    groups = [by_day[day]] if day else [] if wanted_day else by_day.values()
    return next((one.at for group in groups for one in group if one.therapists), None)


def _nearest(days: Iterable[date], wanted: date | None) -> date | None:
    return next((day for day in days if wanted is None or day >= wanted), None)


def _times(
    group: Sequence[Offer],
    here: WallClock,
    there: WallClock | None,
    chosen: int | None,
    places: Callable[[Offer], int] | None,
) -> list[tuple[int, Time]]:
    """The free times of a day of the visitor, each with its minute of the day."""
    moments = [at for at, therapists in group if therapists]
    if not moments:
        return []
    theirs = there.words(moments) if there else repeat("", len(moments))
    left = [places(offer) for offer in group if offer.therapists] if places else repeat(None, len(moments))
    picked = [at == chosen for at in moments]
    times = map(_A_TIME, zip(_values(moments), here.words(moments), theirs, picked, left, strict=True))
    return list(zip(here.minutes(moments), times, strict=True))


def _values(moments: Sequence[int]) -> list[str]:
    """`value_of` each, of rising moments: most often of one day of UTC."""
    number = moments[0] // DAY_SECONDS
    if moments[-1] // DAY_SECONDS != number:
        return [value_of(at) for at in moments]
    day, midnight = _utc_day(number), number * DAY_SECONDS
    return [day + _UTC_MINUTES[(at - midnight) // 60] for at in moments]


def _sat_in(group: Sequence[Offer], here: WallClock, sits: Collection[int]) -> tuple[str, ...]:
    moments = [offer.at for offer in group if offer.at in sits]
    return tuple(here.words(moments)) if moments else ()


def _day(day: date, times: Sequence[tuple[int, Time]], say: Speaker, *, shown: bool, near: bool) -> Day:
    weekday = say.weekday(day)
    morning, afternoon, evening = list[Time](), list[Time](), list[Time]()
    for minute, time in times:
        (morning if minute < NOON else afternoon if minute < DUSK else evening).append(time)
    return Day(
        date=day,
        value=day.isoformat(),
        weekday=weekday,
        short=say.weekday(day, short=True),
        day_month=say.day_month(day, longest=COLUMN_LETTERS),
        label=f"{weekday} {say.day_month(day)}",
        morning=tuple(morning),
        afternoon=tuple(afternoon),
        evening=tuple(evening),
        free=len(times),
        shown=shown,
        near=near,
    )


def value_of(at: int) -> str:
    """A start, in seconds since 1970, as the form sends it: a moment of UTC."""
    return f"{_utc_day(at // DAY_SECONDS)}{_UTC_MINUTES[at % DAY_SECONDS // 60]}"


@lru_cache(maxsize=1024)
def _utc_day(number: int) -> str:
    return moment(number * DAY_SECONDS).date().isoformat()


_UTC_MINUTES = tuple(f"T{minute // 60:02d}:{minute % 60:02d}Z" for minute in range(24 * 60))


def whole_hours(span: timedelta) -> tuple[int, int]:
    """(hours, minutes) of a difference of clocks, without its sign."""
    minutes = abs(span) // timedelta(minutes=1)
    return minutes // 60, minutes % 60
