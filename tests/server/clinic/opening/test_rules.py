"""When the door is open, in examples and against a slow reference that asks every quarter of an hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.clinic.opening.rules import Door, Opening, door
from server.clinic.rules import WeeklyHours, joined

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
WEEK = tuple(WeeklyHours(day, 9 * 60, 17 * 60) for day in range(5))


def test_it_is_open_until_the_hours_end() -> None:
    assert door(Opening(BERLIN, WEEK), MONDAY) == Door(closes_at=MONDAY.replace(hour=16))


def test_in_the_evening_it_opens_tomorrow_and_on_friday_after_the_weekend() -> None:
    assert door(Opening(BERLIN, WEEK), MONDAY.replace(hour=16)).opens_at == MONDAY + timedelta(hours=23)
    friday = MONDAY.replace(day=13, hour=18)
    assert door(Opening(BERLIN, WEEK), friday).opens_at == MONDAY.replace(day=16, hour=8)


def test_a_closure_closes_it_in_the_middle_of_the_day() -> None:
    noon = (MONDAY.replace(hour=11), MONDAY.replace(hour=12))
    known = Opening(BERLIN, WEEK, [noon])
    assert door(known, MONDAY) == Door(closes_at=noon[0])
    assert door(known, noon[0]) == Door(opens_at=noon[1])


def test_hours_across_midnight_are_one_stretch() -> None:
    night = (WeeklyHours(0, 20 * 60, 1440), WeeklyHours(1, 0, 2 * 60))
    at = MONDAY.replace(hour=22)
    assert door(Opening(BERLIN, night), at).closes_at == datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_the_door_closes_at_its_second_end() -> None:
    night = [WeeklyHours(6, 60, 150)]  # 1:00 until 2:30
    at = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # the second 2:00
    assert door(Opening(BERLIN, night), at) == Door(closes_at=at + timedelta(minutes=30))


def test_hours_that_meet_in_the_hour_that_comes_twice_are_one_stretch() -> None:
    """In Havana the clock goes back from 1:00 to 0:00: Saturday ends at the second one, Sunday begins at the first."""
    nights = [WeeklyHours(5, 20 * 60, 1440), WeeklyHours(6, 0, 2 * 60)]
    at = datetime(2027, 11, 7, 4, 30, tzinfo=UTC)
    assert door(Opening(ZoneInfo("America/Havana"), nights), at).closes_at == datetime(2027, 11, 7, 7, 0, tzinfo=UTC)


def test_without_hours_nothing_is_said() -> None:
    assert door(Opening(BERLIN, ()), MONDAY) == Door()


def test_the_wall_clock_counts_when_summer_begins() -> None:
    monday = datetime(2026, 3, 30, 6, 30, tzinfo=UTC)
    assert door(Opening(BERLIN, WEEK), monday).opens_at == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


QUARTER = timedelta(minutes=15)
SPANS = st.builds(
    lambda day, start, length: WeeklyHours(day, start * 15, min(1440, (start + length) * 15)),
    st.integers(0, 6),
    st.integers(0, 95),
    st.integers(1, 40),
)
CLOSURES = st.builds(
    lambda start, length: (MONDAY + start * QUARTER, MONDAY + (start + length) * QUARTER),
    st.integers(-100, 300),
    st.integers(1, 60),
)


def is_open(opening: Opening, at: datetime) -> bool:
    wall = at.astimezone(opening.zone)
    minute = wall.hour * 60 + wall.minute
    in_hours = any(
        one.weekday == wall.weekday() and one.from_minute <= minute < one.until_minute for one in opening.week
    )
    return in_hours and not any(since <= at < until for since, until in opening.closures)


@given(st.lists(SPANS, max_size=8), st.lists(CLOSURES, max_size=4), st.integers(0, 96 * 7))
def test_the_door_says_what_every_quarter_of_an_hour_says(week, closures, ahead: int) -> None:
    opening = Opening(BERLIN, joined(week), closures)
    now = MONDAY + ahead * QUARTER
    found = door(opening, now)
    assert found.is_open == is_open(opening, now)
    ahead_of = (now + number * QUARTER for number in range(1, 96 * 8))
    change = next((at for at in ahead_of if is_open(opening, at) != found.is_open), None)
    told = found.closes_at or found.opens_at
    if change is not None:
        assert told == change
