"""Properties of the dates of a series, over zones and years with changes of clocks."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from server.booking.hours import stretch
from server.booking.series.rules import Every, rhythm, starts
from server.moments import start_of

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago",
    "Africa/Casablanca",
    "Asia/Tehran", "Pacific/Chatham", "UTC",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
zones = some.sampled_from(ZONES).map(ZoneInfo)
firsts = some.dates(date(2024, 1, 1), date(2030, 12, 31))
minutes = some.integers(0, 24 * 60 - 1)
everys = some.sampled_from(Every)
counts = some.integers(1, 60)


def meant(at: datetime, zone: ZoneInfo, minute: int) -> bool:
    """Whether the clock shows this minute then, or skips it that day and shows what is as far after the change."""
    local = at.astimezone(zone)
    for day in (local.date(), local.date() - ONE_DAY):
        wall = datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=zone)
        exists = wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
        if exists and local.replace(tzinfo=None) == wall.replace(tzinfo=None):
            return wall.astimezone(UTC) == at
        if not exists and wall.astimezone(UTC) == at:
            return True
    return False


@given(everys, firsts, minutes, counts, zones)
def test_as_many_as_asked_for_rising_each_at_its_minute_of_the_clock(
    every: Every, first: date, minute: int, count: int, zone: ZoneInfo
) -> None:
    found = starts(rhythm(every, first, minute, count), zone)
    assert len(found) == count
    assert all(sooner < later for sooner, later in itertools.pairwise(found))
    assert all(at.utcoffset() == timedelta() and meant(at, zone, minute) for at in found)


@given(some.sampled_from((Every.WEEK, Every.FORTNIGHT)), firsts, minutes, zones)
def test_weeks_are_whole_on_the_clock_of_the_wall(every: Every, first: date, minute: int, zone: ZoneInfo) -> None:
    found = starts(rhythm(every, first, minute, 12), zone)
    apart = timedelta(weeks=1 if every is Every.WEEK else 2)
    for number, at in enumerate(found):
        day = first + number * apart
        assert at == start_of(datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=zone))


@given(firsts, minutes, counts, zones)
def test_five_a_week_leave_no_workday_out(first: date, minute: int, count: int, zone: ZoneInfo) -> None:
    found = starts(rhythm(Every.WORKDAY, first, minute, count), zone)
    days = [first + timedelta(days=number) for number in range(2 * count + 7)]
    workdays = [day for day in days if day.weekday() < 5][:count]
    assert found == [start_of(datetime(d.year, d.month, d.day, *divmod(minute, 60), tzinfo=zone)) for d in workdays]


@given(
    everys, firsts, some.integers(0, 23 * 60), some.integers(1, 30), zones, some.sets(some.integers(0, 80), max_size=20)
)
def test_closed_days_are_left_out_and_as_many_follow(
    every: Every, first: date, minute: int, count: int, zone: ZoneInfo, closed: set[int]
) -> None:
    days = [datetime.combine(first + timedelta(days=number), datetime.min.time(), zone) for number in closed]
    shut = [stretch(start_of(day), start_of(day + ONE_DAY)) for day in days]
    length = timedelta(minutes=30)
    one = rhythm(every, first, minute, count)
    plain, mended = starts(one, zone), starts(one, zone, shut, length)

    def open_then(at: datetime) -> bool:
        begin, end = stretch(at, at + length)
        return all(end <= from_at or begin >= until_at for from_at, until_at in shut)

    assert all(open_then(at) for at in mended)
    assert [at for at in plain if open_then(at)] == mended[: sum(map(open_then, plain))]
    assert len(mended) == len(plain) == count
