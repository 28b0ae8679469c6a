"""Which days a view shows, and where moments stand on a grid of wall times."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import stretch
from server.booking.planner.forms import parse, read_wall
from server.booking.planner.rules import (
    Across,
    Show,
    after,
    before,
    days_of,
    midnight,
    moments_at,
    on_grid,
    pieces,
    shown_hours,
)

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # 23 and 25 hours in Berlin


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("show", "day", "first", "until"),
    [
        (Show.DAY, date(2026, 3, 12), date(2026, 3, 12), date(2026, 3, 13)),
        (Show.WEEK, date(2026, 3, 12), date(2026, 3, 9), date(2026, 3, 16)),
        (Show.WEEK, date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 16)),
        (Show.MONTH, date(2026, 3, 12), date(2026, 2, 23), date(2026, 4, 6)),
        (Show.MONTH, date(2027, 2, 10), date(2027, 2, 1), date(2027, 3, 1)),  # four whole weeks
        (Show.MONTH, date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 4)),
    ],
)
def test_a_view_shows_whole_days_and_a_month_whole_weeks(show: Show, day: date, first: date, until: date) -> None:
    assert days_of(show, day) == (first, until)


@pytest.mark.parametrize(
    ("show", "day", "back", "on"),
    [
        (Show.DAY, SPRING, date(2026, 3, 28), date(2026, 3, 30)),
        (Show.WEEK, SPRING, date(2026, 3, 22), date(2026, 4, 5)),
        (Show.MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2026, 2, 1)),
        (Show.MONTH, date(2026, 12, 5), date(2026, 11, 1), date(2027, 1, 1)),
    ],
)
def test_the_links_lead_one_step_back_and_on(show: Show, day: date, back: date, on: date) -> None:
    assert (before(show, day), after(show, day)) == (back, on)


def test_a_day_begins_at_its_own_midnight_on_days_of_23_and_25_hours() -> None:
    one = timedelta(days=1)
    assert midnight(SPRING + one, BERLIN) - midnight(SPRING, BERLIN) == timedelta(hours=23)
    assert midnight(AUTUMN + one, BERLIN) - midnight(AUTUMN, BERLIN) == timedelta(hours=25)


def test_on_the_grid_nothing_is_shorter_than_it_is_or_ends_before_it_begins() -> None:
    plain = on_grid(BERLIN, utc(2026, 3, 12, 8, 30), utc(2026, 3, 12, 9, 20))
    assert plain == (datetime(2026, 3, 12, 9, 30), datetime(2026, 3, 12, 10, 20))
    over_the_gap = on_grid(BERLIN, utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 20))
    assert over_the_gap == (datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 3, 20))
    over_the_fold = on_grid(BERLIN, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 20))
    assert over_the_fold == (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 3, 20))


@pytest.mark.parametrize(
    ("zone", "wall", "moments"),
    [
        (BERLIN, datetime(2026, 3, 12, 9, 30), (utc(2026, 3, 12, 8, 30),)),
        (BERLIN, datetime(2026, 3, 29, 2, 30), (utc(2026, 3, 29, 1, 30),)),  # skipped: 3:30
        (BERLIN, datetime(2026, 10, 25, 2, 30), (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))),
        (LORD_HOWE, datetime(2026, 4, 5, 1, 45), (utc(2026, 4, 4, 14, 45), utc(2026, 4, 4, 15, 15))),
        (LORD_HOWE, datetime(2026, 10, 4, 2, 15), (utc(2026, 10, 3, 15, 45),)),  # skipped: 2:45
    ],
)
def test_a_wall_time_is_every_moment_at_which_the_clock_shows_it(
    zone: ZoneInfo, wall: datetime, moments: tuple[datetime, ...]
) -> None:
    assert moments_at(wall, zone) == moments


def test_the_grid_grows_with_what_stands_on_it_and_never_beyond_the_day() -> None:
    def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
        return datetime(2026, 3, day, hour, minute)

    assert shown_hours([]) == (8, 18)
    assert shown_hours([(at(9), at(10))]) == (8, 18)
    assert shown_hours([(at(6, 30), at(7)), (at(19), at(20, 15))]) == (6, 21)
    assert shown_hours([(at(22), at(0, 30, 13))]) == (8, 24)


def test_what_lasts_over_midnight_is_cut_there() -> None:
    days = [date(2026, 3, 12), date(2026, 3, 13)]
    leave = stretch(utc(2026, 3, 12, 11), utc(2026, 3, 13, 11))
    assert pieces([leave], days, BERLIN) == [
        (days[0], utc(2026, 3, 12, 11), utc(2026, 3, 12, 23)),
        (days[1], utc(2026, 3, 12, 23), utc(2026, 3, 13, 11)),
    ]


@pytest.mark.parametrize("odd", ["", "x", "9999-12-31", "2026-02-30"])
def test_an_address_that_makes_no_sense_shows_this_week(odd: str) -> None:
    asked = parse({"show": odd, "day": odd, "by": odd}, SPRING)
    assert (asked.show, asked.day, asked.across) == (Show.WEEK, SPRING, Across.THERAPISTS)


def test_a_wall_time_has_a_day_and_a_time_and_no_zone() -> None:
    assert read_wall("2026-03-12T09:30") == datetime(2026, 3, 12, 9, 30)
    assert [read_wall(text) for text in ("", "2026-03-12", "2026-03-12T09:30Z", "x", "0001-01-01T00:00")] == [None] * 5
