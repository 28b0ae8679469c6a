"""Until when a booking may change, by whom, and how long its link opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from server.booking.deadlines import Change, link_ends, may_cancel, may_move, staff_may_change
from server.booking.rules import BookingCard
from server.clinic.rules import DEFAULT_POLICY

NOW = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
START = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
POLICY = DEFAULT_POLICY


def card(**changes: object) -> BookingCard:
    plain = BookingCard(
        uuid4(), "abc", uuid4(), uuid4(), uuid4(), "A session", 50, uuid4(), "Mara Lind",
        START, START + timedelta(minutes=50), uuid4(), 0, None, None, "me", NOW,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_until_the_deadline_a_booking_may_change_and_not_after_it() -> None:
    booking = card()
    deadline = booking.starts_at - POLICY.change_until
    for may in (may_move, may_cancel):
        assert may(booking, POLICY, deadline) is Change.ALLOWED
        assert may(booking, POLICY, deadline + timedelta(seconds=1)) is Change.TOO_LATE
        assert may(booking, POLICY, booking.starts_at) is Change.STARTED
        assert may(card(cancelled_at=NOW), POLICY, deadline) is Change.CANCELLED


def test_staff_are_bound_by_the_start_alone() -> None:
    booking = card()
    assert staff_may_change(booking, booking.starts_at - timedelta(seconds=1)) is Change.ALLOWED
    assert staff_may_change(booking, booking.starts_at) is Change.STARTED
    assert staff_may_change(card(cancelled_at=NOW), NOW) is Change.CANCELLED


def test_a_link_outlives_its_visit_by_thirty_days() -> None:
    assert link_ends(START) == START + timedelta(days=30)
