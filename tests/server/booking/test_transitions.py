"""Every change of clocks from 2026 to 2030, in zones of every kind, against what zdump says of the same files."""

import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from server.booking.hours import floor, local_days, moment, open_stretches
from server.booking.ics import transitions
from server.booking.rules import open_slots
from server.clinic.rules import DEFAULT_POLICY, WeeklyHours
from server.moments import end_of, start_of
from tests.server.booking.linden import a_service
from tests.server.booking.zdump import ZONES, Change, Clock, clock_of, compiled

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DAY, QUARTER, STEP = timedelta(days=1), timedelta(minutes=15), timedelta(minutes=30)
ALWAYS = tuple(WeeklyHours(weekday, 0, 1440) for weekday in range(7))
POLICY = replace(DEFAULT_POLICY, step=STEP, notice=timedelta(), horizon=timedelta(days=10))
SESSION = a_service(minutes=50)

in_every_zone = pytest.mark.parametrize("name", ZONES)


def slots(zone: ZoneInfo, begin: datetime, end: datetime) -> list[datetime]:
    """What a therapist offers who is there day and night."""
    return open_slots(ALWAYS, [], SESSION, POLICY, zone, begin, begin, end)


def test_zdump_and_the_program_read_the_same_files() -> None:
    assert zoneinfo.TZPATH == ()
    folder = Path(tzdata.__file__).parent / "zoneinfo"
    assert {compiled(name) for name in ZONES} == {folder / name for name in ZONES}
    assert (folder / "tzdata.zi").read_text().splitlines()[0] == f"# version {tzdata.IANA_VERSION}"


def test_zones_of_every_kind_are_among_them() -> None:
    known = [clock_of(name) for name in ZONES]
    assert len(ZONES) >= 40
    assert len([one for one in known if not one.changes]) >= 10
    jumps = {abs(change.shift) / QUARTER for one in known for change in one.changes}
    assert jumps == {2, 4, 8}  # half an hour, an hour, two hours
    assert {(BEGIN + one.stretches[0][2]).minute for one in known} == {0, 30, 45}
    assert [change for one in known for change in one.changes if change.shows.date() != change.instead.date()]


@in_every_zone
def test_the_clocks_change_when_zdump_says(name: str) -> None:
    zone, known = ZoneInfo(name), clock_of(name)
    assert list(transitions(zone, BEGIN, END)) == [change.at for change in known.changes]
    for at, ahead in ((since, ahead) for since, _, ahead in known.stretches):
        assert max(at, BEGIN).astimezone(zone).utcoffset() == ahead


@in_every_zone
def test_every_day_of_five_years_begins_when_its_clock_says(name: str) -> None:
    """On a day that is told to be plain every wall time, 24:00 too, is as far from its midnight as it says."""
    known = clock_of(name)
    days = local_days(ZoneInfo(name), (floor(BEGIN + DAY), floor(END - DAY)))
    assert [day.date for day in days] == [days[0].date + DAY * number for number in range(len(days))]
    changed = {(change.at + DAY * off).date() for change in known.changes for off in (-1, 0, 1)}
    for day, following in pairwise(days):
        if day.date in changed:
            midnight = moment(day.midnight)
            assert midnight == known.begin_of(day.date)
            assert not day.plain or all(_is_at(known, day.date, midnight, STEP * number) for number in range(49))
        else:
            assert (following.midnight - day.midnight, day.plain) == (86400, True)


def _is_at(known: Clock, day: date, midnight: datetime, span: timedelta) -> bool:
    return known.moments(datetime(day.year, day.month, day.day) + span) == [midnight + span]


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Dublin", date(2028, 3, 26), 23),
        ("America/New_York", date(2030, 11, 3), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Antarctica/Troll", date(2026, 3, 29), 22),
        ("Antarctica/Troll", date(2026, 10, 25), 26),
        ("Pacific/Chatham", date(2026, 9, 27), 23),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Asia/Beirut", date(2026, 10, 24), 25),  # at 24:00 the clock goes back to 23:00 of the same day
        ("America/Havana", date(2027, 11, 7), 25),  # at 1:00 it goes back to 0:00 of the same day
        ("America/Nuuk", date(2026, 3, 28), 23),  # at 23:00 the next day begins
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("UTC", date(2028, 2, 29), 24),
    ],
)
def test_days_are_as_long_as_a_person_lives_through_them(name: str, day: date, hours: float) -> None:
    noon = floor(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(name)))
    days = {one.date: one.midnight for one in local_days(ZoneInfo(name), (noon, noon + 86400))}
    assert (days[day + DAY] - days[day]) / 3600 == hours
    known = clock_of(name)
    assert (known.begin_of(day + DAY) - known.begin_of(day)) / timedelta(hours=1) == hours


@in_every_zone
def test_hours_begin_at_the_first_and_end_at_the_second_and_move_forward_by_the_gap(name: str) -> None:
    known, zone = clock_of(name), ZoneInfo(name)
    for change in known.changes:
        window = floor(change.at - 2 * DAY), floor(change.at + 2 * DAY)
        days = local_days(zone, window)
        for start, end in _spans_around(change):
            found = [(moment(a), moment(b)) for a, b in open_stretches([_hours(start, end)], zone, days, window)]
            expected = known.moments(start)[0], known.moments(end)[-1]
            assert found == ([expected] if expected[0] < expected[1] else []), (start, end)


def _spans_around(change: Change) -> Iterator[tuple[datetime, datetime]]:
    """Hours that begin, and that end, at each quarter that is skipped or comes twice, and beside it."""
    low, high = sorted((change.instead, change.shows))
    for number in range(-2, (high - low) // QUARTER + 3):
        wall = low + QUARTER * number
        midnight = wall.replace(hour=0, minute=0)
        yield wall, midnight + DAY
        yield (midnight, wall) if midnight < wall else (midnight - DAY, midnight)


def _hours(start: datetime, end: datetime) -> WeeklyHours:
    midnight = start.replace(hour=0, minute=0)
    return WeeklyHours(start.weekday(), *((at - midnight) // timedelta(minutes=1) for at in (start, end)))


@pytest.mark.parametrize(
    ("name", "wall", "begins", "ends"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "01:30", "01:30"),  # read as 3:30
        ("Europe/Berlin", "2026-10-25T02:30", "00:30", "01:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "15:45", "15:45"),  # read as 2:45
        ("Australia/Lord_Howe", "2026-04-05T01:45", "14:45", "15:15"),
        ("Antarctica/Troll", "2026-03-29T02:00", "02:00", "02:00"),  # read as 4:00
        ("Asia/Beirut", "2026-10-24T23:30", "20:30", "21:30"),
        ("America/Havana", "2027-11-07T00:00", "04:00", "05:00"),
        ("Pacific/Chatham", "2027-04-04T03:15", "13:30", "14:30"),
    ],
)
def test_the_same_in_plain_examples(name: str, wall: str, begins: str, ends: str) -> None:
    at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(name))
    assert (f"{start_of(at):%H:%M}", f"{end_of(at):%H:%M}") == (begins, ends)


@in_every_zone
def test_who_is_there_day_and_night_offers_every_half_hour_of_real_time_once(name: str) -> None:
    known, zone = clock_of(name), ZoneInfo(name)
    for at in [change.at for change in known.changes] or [datetime(2028, 2, 29, tzinfo=UTC)]:
        begin = known.begin_of((at - 2 * DAY).date())
        assert slots(zone, begin, begin + 4 * DAY) == [begin + STEP * number for number in range(4 * 48)]


@in_every_zone
def test_a_leap_day_is_a_day_like_any_other(name: str) -> None:
    known, zone = clock_of(name), ZoneInfo(name)
    tuesdays = [WeeklyHours(1, 0, 90), WeeklyHours(1, 23 * 60, 1440)]
    begin = known.begin_of(date(2028, 2, 27))
    found = open_slots(tuesdays, [], SESSION, POLICY, zone, begin, begin, begin + 7 * DAY)
    assert [at.astimezone(zone).replace(tzinfo=None) for at in found] == [
        datetime(2028, 2, 29, 0, 0), datetime(2028, 2, 29, 0, 30), datetime(2028, 2, 29, 23, 0)
    ]  # fmt: skip
    days = [day.date for day in local_days(zone, (floor(begin + DAY), floor(begin + 4 * DAY)))]
    assert days[-4:] == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 2)]


@in_every_zone
def test_hours_meet_at_midnight_also_of_new_year(name: str) -> None:
    """A session that begins at 23:30 on 31 December runs on into the hours of 1 January."""
    known, zone = clock_of(name), ZoneInfo(name)
    for year in range(2026, 2030):
        eve = date(year, 12, 31)
        night = [WeeklyHours(eve.weekday(), 1380, 1440), WeeklyHours((eve + DAY).weekday(), 0, 60)]
        begin = known.begin_of(eve)
        found = open_slots(night, [], SESSION, POLICY, zone, begin, begin, begin + 2 * DAY)
        assert found == [known.begin_of(eve + DAY) + STEP * number for number in (-2, -1, 0)]
