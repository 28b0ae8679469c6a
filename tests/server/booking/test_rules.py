"""What can be booked, and what becomes of a wish."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import floor, stretch
from server.booking.rules import (
    Booked,
    Calendar,
    Offer,
    Reason,
    Refused,
    Span,
    Wish,
    choose,
    decide,
    open_slots,
)
from server.clinic.rules import DEFAULT_POLICY, Policy
from tests.server.booking.linden import a_service, week

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)  # Monday, 7:00 in Berlin
POLICY = replace(DEFAULT_POLICY, notice=timedelta(), step=timedelta(minutes=30))
HOURS = week((0, 9, 12))
MARA, SAMIR = UUID(int=1), UUID(int=2)


def at(hour: int, minute: int = 0, day: int = 9) -> datetime:
    """A time on the clock of Berlin in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def clocks(slots: list[datetime]) -> list[str]:
    return [f"{slot.astimezone(BERLIN):%H:%M}" for slot in slots]


def slots(busy: list[Span] | None = None, policy: Policy = POLICY, now: datetime = NOW, **service: int) -> list[str]:
    found = open_slots(HOURS, busy or [], a_service(**service), policy, BERLIN, now, now, now + timedelta(days=5))
    return clocks(found)


def calendar(**busy: list[Span]) -> Calendar:
    who = {"mara": MARA, "samir": SAMIR}
    taken = {who[name]: [stretch(*span) for span in spans] for name, spans in busy.items()}
    return Calendar(BERLIN, POLICY, a_service(), {MARA: HOURS, SAMIR: HOURS}, taken)


def test_a_session_fits_wholly_into_the_hours_and_its_buffer_may_reach_beyond() -> None:
    assert slots() == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert slots(minutes=60, after=30) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_taken_time_is_subtracted_with_both_buffers() -> None:
    assert slots([Span(at(10), at(11))]) == ["09:00", "11:00"]
    assert slots([Span(at(9, 55), at(11))]) == ["11:00"]


def test_notice_and_horizon_clip_the_list() -> None:
    assert slots(policy=replace(POLICY, notice=timedelta(hours=3, minutes=1))) == ["10:30", "11:00"]
    assert slots(policy=replace(POLICY, horizon=timedelta(hours=3))) == ["09:00", "09:30"]


def test_the_step_is_counted_from_the_opening_and_does_not_slip_behind_a_booking() -> None:
    assert slots([Span(at(9), at(9, 45))], replace(POLICY, step=timedelta(minutes=50))) == ["09:50", "10:40"]


def test_a_free_wish_is_booked_with_its_buffers() -> None:
    outcome = decide(calendar(), Wish(at(9, 30), MARA), NOW)
    assert outcome == Booked(MARA, at(9, 30), at(10, 20), Span(at(9, 30), at(10, 30)))


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(9, 10), Reason.NOT_OFFERED),
        (at(13), Reason.NOT_OFFERED),
        (at(11, 30), Reason.NOT_OFFERED),
        (at(9, 30) - timedelta(seconds=0.5), Reason.NOT_OFFERED),
        (at(9, 30) + timedelta(microseconds=1), Reason.NOT_OFFERED),
        (NOW - timedelta(days=1), Reason.TOO_SOON),
        (NOW + timedelta(days=400), Reason.TOO_FAR),
        (datetime.max.replace(tzinfo=UTC), Reason.TOO_FAR),
        (datetime.min.replace(tzinfo=UTC), Reason.TOO_SOON),
    ],
)
def test_a_wish_off_the_grid_is_refused_with_its_reason(start: datetime, reason: Reason) -> None:
    outcome = decide(calendar(), Wish(start, MARA), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


def test_a_taken_wish_is_refused_with_the_next_free_times() -> None:
    outcome = decide(calendar(mara=[Span(at(9), at(10))]), Wish(at(9, 30), MARA), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.TAKEN
    assert clocks(list(outcome.next_free))[:3] == ["10:00", "10:30", "11:00"]


def test_anyone_means_who_has_the_least_that_day() -> None:
    busy = calendar(mara=[Span(at(9), at(10))])
    outcome = decide(busy, Wish(at(11)), NOW)
    assert isinstance(outcome, Booked)
    assert outcome.therapist_id == SAMIR


def test_of_equals_the_one_who_was_idle_longest_then_the_first_in_order() -> None:
    busy = calendar(mara=[Span(at(9), at(10))], samir=[Span(at(9, 30), at(10, 30))])
    outcome = decide(busy, Wish(at(11)), NOW)
    assert isinstance(outcome, Booked)
    assert outcome.therapist_id == MARA
    fresh = decide(calendar(), Wish(at(11)), NOW)
    assert isinstance(fresh, Booked)
    assert fresh.therapist_id == MARA


def test_a_day_on_which_midnight_comes_twice_begins_at_the_first() -> None:
    """Havana, 7 November 2027: at 1:00, which is 5:00 in UTC, the clock goes back to 0:00."""
    mara, samir = uuid4(), uuid4()
    offer = Offer(floor(datetime(2027, 11, 7, 5, 30, tzinfo=UTC)), (mara, samir))
    midnight = floor(datetime(2027, 11, 7, 4, 0, tzinfo=UTC))
    busy = {mara: [(midnight - 1800, midnight + 3000)], samir: [(midnight + 600, midnight + 1200)]}
    known = Calendar(ZoneInfo("America/Havana"), POLICY, a_service(), {mara: [], samir: []}, busy)
    assert choose(known, offer) == mara


def test_anyone_is_refused_only_when_everybody_is_taken() -> None:
    one, both = [Span(at(9), at(10))], {"mara": [Span(at(9), at(10))], "samir": [Span(at(9), at(10))]}
    assert isinstance(decide(calendar(mara=one), Wish(at(9)), NOW), Booked)
    refused = decide(calendar(**both), Wish(at(9)), NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN


def test_leave_takes_time_like_a_booking() -> None:
    away = replace(calendar(), away={MARA: [stretch(at(0), at(23))]})
    refused = decide(away, Wish(at(9), MARA), NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN
