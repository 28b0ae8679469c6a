"""Whether somebody can be taken in now, and how long their time is."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from server.booking.walk_in.rules import shut, time_for
from server.clinic.opening.rules import Opening
from server.clinic.rules import WeeklyHours
from tests.server.booking.linden import a_service

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, 9, 0, 42, tzinfo=UTC)  # 10:00 in Berlin
MORNING = (WeeklyHours(0, 8 * 60, 12 * 60),)
HOUR = timedelta(hours=1)


def test_open_by_its_hours_and_shut_outside_of_them_and_while_it_is_closed() -> None:
    assert shut(Opening(BERLIN, MORNING), MONDAY) is None
    before = shut(Opening(BERLIN, MORNING), MONDAY - 3 * HOUR)
    assert before is not None
    assert before.opens_at == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert shut(Opening(BERLIN, MORNING, [(MONDAY - HOUR, MONDAY + HOUR)]), MONDAY) is not None


def test_a_clinic_that_set_no_hours_is_open_unless_it_is_closed() -> None:
    assert shut(Opening(BERLIN, ()), MONDAY) is None
    closed = shut(Opening(BERLIN, (), [(MONDAY - HOUR, MONDAY + HOUR)]), MONDAY)
    assert closed is not None
    assert closed.opens_at is None


def test_their_time_begins_in_this_minute_and_lasts_as_long_as_the_service() -> None:
    time = time_for(a_service(minutes=30), uuid4(), MONDAY)
    assert (time.starts_at, time.ends_at) == (
        datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    )
