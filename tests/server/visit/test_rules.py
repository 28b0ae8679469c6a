"""The state machine of a visit, in examples and whole."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.clinic.rules import DEFAULT_POLICY
from server.visit.rules import (
    TABLE,
    WHO,
    Event,
    Moved,
    Part,
    Reason,
    Refused,
    State,
    VisitFacts,
    decide,
    opens_at,
    start_after,
    state_of,
)

START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
POLICY = replace(DEFAULT_POLICY, opens=timedelta(minutes=15))
ONE = UUID(int=1)


@dataclass(frozen=True)
class Time:
    starts_at: datetime = START
    ends_at: datetime = START + timedelta(minutes=50)
    cancelled_at: datetime | None = None
    asked: bool = False
    means: str = "video"


def visit(state: State, **facts) -> VisitFacts:
    known = {"arrived_at": START - timedelta(minutes=8), "arrived_for": START} if state is not State.BOOKED else {}
    return VisitFacts(ONE, ONE, ONE, ONE, state, **{**known, **facts})


def after(event: Event, state: State, part: Part = Part.THERAPIST, at: datetime = START, **facts):
    return decide(Time(), visit(state, **facts), POLICY, event, part, at)


def test_a_hold_does_not_begin_the_clock_of_a_meeting_anew_and_a_way_back_does() -> None:
    began = START - timedelta(minutes=20)
    assert start_after(None, Event.ADMIT, START) == START
    assert [start_after(began, event, START) for event in (Event.ADMIT, Event.HOLD, Event.LEAVE, Event.REOPEN)] == [
        began
    ] * 4
    assert [start_after(began, event, START) for event in (Event.SEND_BACK, Event.HAND_OVER)] == [None, None]
    later = START + timedelta(days=8)
    assert [start_after(began, event, later) for event in (Event.SEND_BACK, Event.HAND_OVER)] == [began, began]


def test_a_whole_meeting_from_the_door_to_the_outcome():
    story = [
        (Event.ARRIVE, Part.PATIENT, State.WAITING),
        (Event.ADMIT, Part.THERAPIST, State.IN_SESSION),
        (Event.HOLD, Part.THERAPIST, State.ON_HOLD),
        (Event.ADMIT, Part.THERAPIST, State.IN_SESSION),
        (Event.SEND_BACK, Part.THERAPIST, State.WAITING),
        (Event.ADMIT, Part.THERAPIST, State.IN_SESSION),
        (Event.END, Part.THERAPIST, State.ENDED),
        (Event.NOTE_OUTCOME, Part.THERAPIST, State.AFTER),
    ]
    state = State.BOOKED
    for event, part, expected in story:
        assert after(event, state, part) == Moved(expected, changed=True)
        state = expected


@pytest.mark.parametrize(
    ("event", "state", "part"),
    [
        (Event.ARRIVE, State.WAITING, Part.PATIENT),
        (Event.ARRIVE, State.IN_SESSION, Part.PATIENT),
        (Event.ADMIT, State.IN_SESSION, Part.THERAPIST),
        (Event.HOLD, State.ON_HOLD, Part.THERAPIST),
        (Event.SEND_BACK, State.WAITING, Part.THERAPIST),
        (Event.END, State.ENDED, Part.THERAPIST),
    ],
)
def test_the_same_event_again_changes_nothing_and_is_no_mistake(event, state, part):
    assert after(event, state, part) == Moved(state, changed=False)


@pytest.mark.parametrize("event", [Event.ADMIT, Event.HOLD, Event.SEND_BACK, Event.END, Event.NOTE_OUTCOME])
@pytest.mark.parametrize("part", [Part.PATIENT, Part.FRONT_DESK])
@pytest.mark.parametrize("state", list(State))
def test_nobody_but_the_therapist_leads(event, part, state):
    assert after(event, state, part) == Refused(Reason.NOT_YOURS)


@pytest.mark.parametrize("state", [State.BOOKED, State.ENDED, State.AFTER])
def test_nobody_is_admitted_who_does_not_wait(state):
    assert after(Event.ADMIT, state) == Refused(Reason.NOT_NOW)


def test_the_door_opens_at_its_minute_and_closes_with_the_time():
    opening = opens_at(Time(), POLICY)
    assert opening == START - timedelta(minutes=15)

    def arrive(at):
        return after(Event.ARRIVE, State.BOOKED, Part.PATIENT, at)

    assert arrive(opening - timedelta(seconds=1)) == Refused(Reason.TOO_EARLY)
    assert arrive(opening) == Moved(State.WAITING, changed=True)
    assert arrive(START + timedelta(minutes=49)) == Moved(State.WAITING, changed=True)
    assert arrive(START + timedelta(minutes=50)) == Refused(Reason.TOO_LATE)


def test_leaving_keeps_the_place_and_coming_back_is_counted_once():
    for state in (State.WAITING, State.IN_SESSION, State.ON_HOLD):
        assert after(Event.LEAVE, state, Part.PATIENT) == Moved(state, changed=True)
        assert after(Event.LEAVE, state, Part.PATIENT, left_at=START) == Moved(state, changed=False)
        assert after(Event.COME_BACK, state, Part.PATIENT, left_at=START) == Moved(state, changed=True)
        assert after(Event.COME_BACK, state, Part.PATIENT) == Moved(state, changed=False)


def test_a_cancelled_booking_ends_the_wait_but_not_what_has_happened():
    cancelled = Time(cancelled_at=START - timedelta(minutes=1))
    for state in (State.BOOKED, State.WAITING, State.IN_SESSION, State.ON_HOLD):
        assert state_of(cancelled, visit(state), POLICY, START) is State.CANCELLED
    assert state_of(cancelled, visit(State.AFTER), POLICY, START) is State.AFTER
    assert decide(cancelled, None, POLICY, Event.ARRIVE, Part.PATIENT, START) == Refused(Reason.NOT_NOW)


def test_who_came_for_a_time_that_was_moved_waits_again_when_the_new_room_opens():
    moved = Time(START + timedelta(days=1), START + timedelta(days=1, minutes=50))
    waiting = visit(State.WAITING)
    assert state_of(moved, waiting, POLICY, START) is State.BOOKED
    assert state_of(moved, waiting, POLICY, moved.starts_at) is State.WAITING
    sooner = Time(START - timedelta(minutes=5), START + timedelta(minutes=45))
    assert state_of(sooner, waiting, POLICY, START) is State.WAITING


def test_an_end_by_mistake_can_be_taken_back_for_a_while():
    ended = {"ended_at": START + timedelta(minutes=20)}
    assert after(Event.REOPEN, State.ENDED, at=START + timedelta(minutes=21), **ended) == Moved(State.WAITING, True)
    late = START + timedelta(minutes=50, hours=2, seconds=1)
    assert after(Event.REOPEN, State.ENDED, at=late, **ended) == Refused(Reason.TOO_LATE)


def test_a_no_show_can_be_taken_back_while_the_time_runs():
    assert after(Event.REOPEN, State.AFTER, at=START + timedelta(minutes=20)) == Moved(State.BOOKED, True)
    assert after(Event.REOPEN, State.AFTER, at=START + timedelta(minutes=50)) == Refused(Reason.TOO_LATE)


def test_a_no_show_is_noted_once_the_time_began():
    assert after(Event.NOTE_OUTCOME, State.BOOKED, at=START - timedelta(seconds=1)) == Refused(Reason.TOO_EARLY)
    assert after(Event.NOTE_OUTCOME, State.BOOKED, at=START) == Moved(State.AFTER, changed=True)


def test_the_table_names_every_event_of_every_state_once_and_each_event_has_its_owner():
    assert set(WHO) == set(Event)
    assert {event for _, event in TABLE} == set(Event)
    reached = {State.BOOKED}
    while more := {TABLE[state, event] for state, event in TABLE if state in reached} - reached:
        reached |= more
    assert reached == set(State), "every state can be reached from the booking"
    for state in set(State) - {State.CANCELLED}:
        assert any(target is not state for (origin, _), target in TABLE.items() if origin is state), state
