"""Open times against a slow reference that shares no code with the rule: it looks what the clock shows, and when."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from server.booking.rules import Span, open_slots
from server.clinic.rules import DEFAULT_POLICY, WeeklyHours, joined
from tests.server.booking.linden import a_service, usual_week

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")
CHANGES = (
    date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1),
    date(2026, 4, 5), date(2026, 10, 4), date(2018, 11, 4), date(2018, 2, 17), date(2026, 6, 1),
)  # fmt: skip
POLICY = replace(DEFAULT_POLICY, notice=timedelta(), horizon=timedelta(days=62))
MINUTE = timedelta(minutes=1)

zones = some.sampled_from(ZONES).map(ZoneInfo)
spans = some.tuples(some.integers(0, 6), some.integers(0, 95), some.integers(1, 96)).filter(lambda one: one[1] < one[2])
weeks = some.lists(spans, max_size=6).map(lambda many: joined([WeeklyHours(d, a * 15, b * 15) for d, a, b in many]))
busies = some.lists(some.tuples(some.integers(0, 4000), some.integers(5, 200)), max_size=6)


def is_open(week: tuple[WeeklyHours, ...], zone: ZoneInfo, at: datetime) -> bool:
    """Whether the minute that begins at this moment is within the hours, as a person with a wall clock would say.

    In the second pass of a repeated hour the hours that end within it still run; a minute after a gap
    also belongs to hours whose skipped wall time moved forward onto it.
    """
    local = at.astimezone(zone)
    return any(_reads_open(hours, zone, day, at) for hours in week for day in _near(local.date(), hours.weekday))


def _near(day: date, weekday: int) -> list[date]:
    return [one for one in (day - timedelta(days=1), day, day + timedelta(days=1)) if one.weekday() == weekday]


def _reads_open(hours: WeeklyHours, zone: ZoneInfo, day: date, at: datetime) -> bool:
    return _moments(day, hours.from_minute, zone)[0] <= at < _moments(day, hours.until_minute, zone)[-1]


@cache
def _moments(day: date, minute: int, zone: ZoneInfo) -> list[datetime]:
    """Every moment at which the clock shows this, found by looking; in a gap the same distance after the change."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    noon = datetime.combine(day, time(12), UTC)
    clock = _clock(noon, zone)
    shown = [at for at, shows in clock if shows == wall]
    if shown:
        return shown
    before, shows = max(pair for pair in clock if pair[1] < wall)
    return [before + (wall - shows)]


@cache
def _clock(noon: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """(moment, what the wall clock shows) for every quarter of an hour around a noon."""
    quarters = (noon + MINUTE * 15 * step for step in range(-140, 141))
    return [(at, at.astimezone(zone).replace(tzinfo=None)) for at in quarters]


@settings(max_examples=60)
@given(zone=zones, around=some.sampled_from(CHANGES), week=weeks, busy=busies)
def test_every_slot_lies_in_open_and_untaken_time_and_exists_once(
    zone: ZoneInfo, around: date, week: tuple[WeeklyHours, ...], busy: list[tuple[int, int]]
) -> None:
    now = datetime.combine(around, time(), UTC) - timedelta(days=1)
    taken = [Span(now + MINUTE * start, now + MINUTE * (start + length)) for start, length in busy]
    service = a_service(minutes=45, after=15)
    found = open_slots(week, taken, service, POLICY, zone, now, now, now + timedelta(days=3))
    assert found == sorted(set(found))
    for start in found:
        assert all(is_open(week, zone, start + MINUTE * 15 * part) for part in range(3))
        assert not any(one.from_at < start + MINUTE * 60 and one.until_at > start for one in taken)


@settings(max_examples=40)
@given(zone=zones, around=some.sampled_from(CHANGES), hours=spans)
def test_no_open_time_is_lost_over_a_change_of_clocks(
    zone: ZoneInfo, around: date, hours: tuple[int, int, int]
) -> None:
    """With sessions of a quarter and steps of a quarter, the slots are exactly the open quarters."""
    _, start, end = hours
    week = tuple(WeeklyHours(day, start * 15, end * 15) for day in range(7))
    now = datetime.combine(around, time(), UTC) - timedelta(days=1)
    policy = replace(POLICY, step=timedelta(minutes=15))
    quarter = a_service(minutes=15, after=0)
    found = open_slots(week, [], quarter, policy, zone, now, now, now + timedelta(days=3))
    quarters = [now + MINUTE * 15 * n for n in range(3 * 96)]
    assert found == [at for at in quarters if is_open(week, zone, at)]


@given(zone=zones, around=some.sampled_from(CHANGES), cut=some.integers(0, 72))
def test_the_list_does_not_depend_on_how_it_is_asked_for(zone: ZoneInfo, around: date, cut: int) -> None:
    now = datetime.combine(around, time(), UTC) - timedelta(days=1)
    middle, end = now + timedelta(hours=cut), now + timedelta(days=3)
    week = tuple(WeeklyHours(day, 0, 1440) for day in range(7))
    policy, service = replace(POLICY, step=timedelta(minutes=50)), a_service()

    def ask(start: datetime, until: datetime) -> list[datetime]:
        return open_slots(week, [], service, policy, zone, now, start, until)

    assert ask(now, middle) + ask(middle, end) == ask(now, end)


@pytest.mark.parametrize("count", [200, 2000])
def test_a_list_of_two_weeks_takes_linear_time(count: int) -> None:
    now = datetime(2026, 3, 9, tzinfo=UTC)
    busy = [Span(now + MINUTE * 10 * n, now + MINUTE * (10 * n + 5)) for n in range(count)]
    asked = (usual_week(), busy, a_service(), POLICY, ZoneInfo("Europe/Berlin"), now, now, now + timedelta(days=14))
    open_slots(*asked)
    begun = process_time()
    for _ in range(20):
        open_slots(*asked)
    assert (process_time() - begun) / 20 < 0.004 + 0.000015 * count
