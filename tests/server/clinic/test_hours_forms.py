"""What the forms of weekly hours and of leave accept."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.clinic.hours_forms import parse_leave, parse_week, week_fields
from server.clinic.rules import Leave, WeeklyHours, usual_week
from server.clinic.sheet import Reason

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_week_survives_the_way_to_its_form_and_back() -> None:
    week = (*usual_week(), WeeklyHours(6, 20 * 60, 24 * 60))
    assert parse_week(week_fields(week)) == week


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("17:00", "09:00", Reason.ENDS_BEFORE),
        ("09:00", "09:00", Reason.ENDS_BEFORE),
        ("09:00", "", Reason.HALF_A_SPAN),
        ("nine", "12:00", Reason.NOT_A_TIME),
        ("24:00", "12:00", Reason.NOT_A_TIME),
    ],
)
def test_hours_that_make_no_span_are_named(start, end, reason) -> None:
    assert parse_week({"d2a_from": start, "d2a_until": end})["d2a_from"] is reason


def test_an_empty_week_is_a_week_without_hours() -> None:
    assert parse_week({}) == ()


def test_leave_of_whole_days_ends_with_the_last_one_even_when_the_clock_changes() -> None:
    leave = parse_leave(uuid4(), None, BERLIN, {"from_day": "2026-03-28", "until_day": "2026-03-29"})
    assert isinstance(leave, Leave)
    assert leave.from_at == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert leave.until_at.astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        ("2026-10-25", "02:00", "02:30", 1.5),  # from the first 2:00 until the second 2:30
        ("2026-10-25", "02:30", "03:00", 1.5),
        ("2026-03-29", "01:30", "02:30", 1),  # 2:30 is skipped and read as 3:30
    ],
)
def test_leave_covers_all_that_the_clock_shows_in_the_night_of_a_change(day, start, end, hours) -> None:
    leave = parse_leave(uuid4(), None, BERLIN, {"from_day": day, "from_time": start, "until_time": end})
    assert isinstance(leave, Leave)
    assert leave.until_at - leave.from_at == timedelta(hours=hours)


def test_leave_within_the_hour_that_the_clock_skips_ends_before_it_begins() -> None:
    fields = {"from_day": "2026-03-29", "from_time": "02:30", "until_time": "03:00"}
    assert parse_leave(uuid4(), None, BERLIN, fields) == {"until_day": Reason.ENDS_BEFORE}


def test_leave_of_one_afternoon() -> None:
    fields = {"from_day": "2026-03-12", "until_day": "", "from_time": "13:00", "until_time": "17:30"}
    leave = parse_leave(uuid4(), None, BERLIN, fields)
    assert leave.until_at - leave.from_at == timedelta(hours=4, minutes=30)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"from_day": "2026-03-12", "until_day": "2026-03-11"}, Reason.ENDS_BEFORE),
        ({"from_day": "2026-03-12", "until_day": "2028-03-11"}, Reason.OUT_OF_RANGE),
        ({"from_day": "2026-03-12", "until_day": "soon"}, Reason.NOT_A_DAY),
        ({"from_day": "2026-03-12", "until_day": "9999-12-31"}, Reason.OUT_OF_RANGE),
    ],
)
def test_leave_that_cannot_be_is_refused(fields, reason) -> None:
    assert parse_leave(uuid4(), None, BERLIN, fields) == {"until_day": reason}
