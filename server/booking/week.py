"""The offered times as a page shows them: days in the visitor's zone, each in its three parts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.booking.rules import Offer
from server.moments import Speaker, clock, same_clock

SIDE_BY_SIDE = 5
NOON = 12
DUSK = 18
COLUMN_LETTERS = 5  # a longer month would break the head of its column in two


class Time(NamedTuple):
    """One free start: what the form sends, the visitor's clock, and the clinic's where it differs."""

    value: str
    clock: str
    there: str
    chosen: bool


@dataclass(frozen=True)
class Day:
    """A day with open hours. `shown`: the one a phone shows; `near`: one of those that stand side by side."""

    date: date
    value: str
    weekday: str
    short: str
    day_month: str
    label: str
    morning: tuple[Time, ...]
    afternoon: tuple[Time, ...]
    evening: tuple[Time, ...]
    shown: bool
    near: bool

    @property
    def count(self) -> int:
        return len(self.morning) + len(self.afternoon) + len(self.evening)


@dataclass(frozen=True)
class Week:
    """The days of a window; the other four are days that lead further: `..._near` on a wide page, five at a time."""

    days: tuple[Day, ...]
    before: str
    after: str
    before_near: str
    after_near: str

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
) -> Week:
    """Days with open hours, in order; a day whose times are all taken stays, empty. One time is always chosen."""
    by_day: dict[date, list[Shown]] = {}
    zone = say.zone
    for start, therapists in found:
        local = start.astimezone(zone)
        by_day.setdefault(local.date(), []).append(Shown(start, local, bool(therapists)))
    chosen = _chosen(by_day, wanted_day, wanted_start)
    shown = say.local(chosen).date() if chosen else _nearest(by_day, wanted_day)
    order = list(by_day)
    place = order.index(shown) if shown in by_day else 0
    first = place - place % SIDE_BY_SIDE
    near = range(first, first + SIDE_BY_SIDE)
    days = tuple(
        _day(day, group, say, clinic_zone, chosen, shown=day == shown, near=index in near)
        for index, (day, group) in enumerate(by_day.items())
    )
    before_near = days[first - SIDE_BY_SIDE].value if first else before
    after_near = days[near.stop].value if near.stop < len(days) else after
    return Week(days, before, after, before_near, after_near)


class Shown(NamedTuple):
    """A start, what the visitor's clock shows then, and whether somebody is free."""

    start: datetime
    local: datetime
    free: bool


def _chosen(
    by_day: Mapping[date, Sequence[Shown]], wanted_day: date | None, wanted_start: datetime | None
) -> datetime | None:
    if any(one.free and one.start == wanted_start for group in by_day.values() for one in group):
        return wanted_start
    groups = [by_day.get(wanted_day, ())] if wanted_day else by_day.values()
    return next((one.start for group in groups for one in group if one.free), None)


def _nearest(days: Iterable[date], wanted: date | None) -> date | None:
    return next((day for day in days if wanted is None or day >= wanted), None)


def _day(
    day: date, group: Sequence[Shown], say: Speaker, zone: ZoneInfo, chosen: datetime | None, *, shown: bool, near: bool
) -> Day:
    there = None if same_clock(say.zone, zone, group[0].start) else Speaker(zone, say.language)
    morning: list[Time] = []
    afternoon: list[Time] = []
    evening: list[Time] = []
    for start, local, free in group:
        if free:
            time = Time(value_of(start), clock(local), there.time(start) if there else "", start == chosen)
            (morning if local.hour < NOON else afternoon if local.hour < DUSK else evening).append(time)
    weekday = say.weekday(day)
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
        shown=shown,
        near=near,
    )


def value_of(start: datetime) -> str:
    """A start, in UTC, as the form sends it."""
    return f"{start.isoformat()[:16]}Z"


def whole_hours(span: timedelta) -> tuple[int, int]:
    """(hours, minutes) of a difference of clocks, without its sign."""
    minutes = abs(span) // timedelta(minutes=1)
    return minutes // 60, minutes % 60
