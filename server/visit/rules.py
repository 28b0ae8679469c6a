"""The meeting as a state machine: what is true, who may move it, and the one next step of each role. Pure.

The states are rows; a scene is what a page shows, and it depends on the clock as well. Every
table below is complete: a test walks state x role x time and finds a next step or a way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from server.clinic.rules import Means, Policy

SOON = timedelta(hours=1)  # from here on a page says when the room opens, not how it goes
STALE = timedelta(hours=4)  # after the end of its time an open visit is over for the patient
AWAY = timedelta(seconds=30)  # a page that was not heard for this long is closed or asleep
SEEN_EVERY = timedelta(seconds=5)  # how often 'seen' is written at most
REOPEN_WITHIN = timedelta(hours=2)
KEPT = timedelta(days=1)  # a meeting that began longer ago stays begun, whatever is done with a room left open
LOGIN_GRACE = timedelta(minutes=15)  # after its end a visit stays open to an idle login for this long


class State(StrEnum):
    BOOKED = "booked"
    WAITING = "waiting"
    IN_SESSION = "in_session"
    ON_HOLD = "on_hold"
    ENDED = "ended"
    AFTER = "after"
    CANCELLED = "cancelled"


class Event(StrEnum):
    ARRIVE = "arrive"
    ADMIT = "admit"
    HOLD = "hold"
    SEND_BACK = "send_back"
    LEAVE = "leave"
    COME_BACK = "come_back"
    HAND_OVER = "hand_over"  # to a colleague, who meets the patient in their place
    DECLINE = "decline"  # end a wait with words instead of a meeting
    END = "end"
    NOTE_OUTCOME = "note_outcome"
    MISS = "miss"  # nobody came; said on the day page
    UNMISS = "unmiss"  # that was a slip
    REOPEN = "reopen"
    CANCEL = "cancel"


class Part(StrEnum):
    """Whose page it is."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    FRONT_DESK = "front_desk"


class Outcome(StrEnum):
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    ENDED_EARLY = "ended_early"


class Reason(StrEnum):
    """Why an event was refused."""

    NOT_NOW = "not_now"  # this state does not know the event
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"


B, W, S, H, E, A, C = State
_OPEN = (W, S, H)

TABLE: Mapping[tuple[State, Event], State] = {
    (B, Event.ARRIVE): W,
    (W, Event.ARRIVE): W,
    (S, Event.ARRIVE): S,
    (H, Event.ARRIVE): H,
    (W, Event.ADMIT): S,
    (H, Event.ADMIT): S,
    (S, Event.ADMIT): S,
    (S, Event.HOLD): H,
    (H, Event.HOLD): H,
    (S, Event.SEND_BACK): W,
    (H, Event.SEND_BACK): W,
    (W, Event.SEND_BACK): W,
    **{(state, Event.HAND_OVER): W for state in _OPEN},
    (W, Event.DECLINE): E,
    (E, Event.DECLINE): E,
    **{(state, Event.LEAVE): state for state in _OPEN},
    **{(state, Event.COME_BACK): state for state in _OPEN},
    **{(state, Event.END): E for state in (*_OPEN, E)},
    (B, Event.NOTE_OUTCOME): A,
    (E, Event.NOTE_OUTCOME): A,
    (A, Event.NOTE_OUTCOME): A,
    (B, Event.MISS): A,
    (A, Event.MISS): A,
    (A, Event.UNMISS): B,
    (B, Event.UNMISS): B,
    (E, Event.REOPEN): W,
    (W, Event.REOPEN): W,
    (A, Event.REOPEN): B,
    (B, Event.REOPEN): B,
    **{(state, Event.CANCEL): C for state in (B, *_OPEN, C)},
}
"""Every move there is; what is missing is refused. A move to the same state changes nothing and is no error."""

WHO: Mapping[Event, frozenset[Part]] = {
    Event.ARRIVE: frozenset({Part.PATIENT}),
    Event.LEAVE: frozenset({Part.PATIENT}),
    Event.COME_BACK: frozenset({Part.PATIENT}),
    Event.ADMIT: frozenset({Part.THERAPIST}),
    Event.HOLD: frozenset({Part.THERAPIST}),
    Event.SEND_BACK: frozenset({Part.THERAPIST}),
    Event.HAND_OVER: frozenset({Part.THERAPIST, Part.FRONT_DESK}),
    Event.DECLINE: frozenset({Part.THERAPIST, Part.FRONT_DESK}),
    Event.END: frozenset({Part.THERAPIST}),
    Event.NOTE_OUTCOME: frozenset({Part.THERAPIST}),
    Event.MISS: frozenset({Part.THERAPIST, Part.FRONT_DESK}),
    Event.UNMISS: frozenset({Part.THERAPIST, Part.FRONT_DESK}),
    Event.REOPEN: frozenset({Part.THERAPIST}),
    Event.CANCEL: frozenset(Part),
}


class Timed(Protocol):
    """What is needed of a booking: its time, how both meet, when it was cancelled, and whether the clinic has yet to
    confirm it."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def asked(self) -> bool: ...
    @property
    def means(self) -> str: ...


@dataclass(frozen=True)
class VisitFacts:
    """The row of a visit as a value. `arrived_for` is the start that was booked when the patient arrived.

    `started_at`: since when this meeting runs, however often it was on hold.
    """

    id: UUID
    clinic_id: UUID
    booking_id: UUID
    therapist_id: UUID
    state: State
    version: int = 1
    arrived_at: datetime | None = None
    arrived_for: datetime | None = None
    admitted_at: datetime | None = None
    started_at: datetime | None = None
    held_at: datetime | None = None
    left_at: datetime | None = None
    ended_at: datetime | None = None
    declined_at: datetime | None = None
    patient_seen_at: datetime | None = None
    staff_seen_at: datetime | None = None
    therapist_seen_at: datetime | None = None
    device: Mapping[str, object] = field(default_factory=dict)
    outcome: Outcome | None = None
    has_arrival: bool = False


@dataclass(frozen=True)
class Moved:
    """The new state; `changed` is False when the event had happened already."""

    state: State
    changed: bool


@dataclass(frozen=True)
class Refused:
    reason: Reason


def start_after(started_at: datetime | None, event: Event, now: datetime) -> datetime | None:
    """Since when the meeting runs once `event` happened: a hold does not begin it anew, a way back to the wait does."""
    if event is Event.ADMIT or (started_at and started_at < now - KEPT):
        return started_at or now
    return None if event in {Event.SEND_BACK, Event.HAND_OVER} else started_at


def arrived_after(visit: VisitFacts, booking: Timed, now: datetime) -> datetime:
    """Since when they are there for this booking once they came (again): their first arrival for its time stands."""
    if visit.arrived_at is not None and visit.arrived_for == booking.starts_at:
        return visit.arrived_at
    return now


def opens_at(booking: Timed, policy: Policy) -> datetime:
    """When the waiting room opens."""
    return booking.starts_at - policy.opens


def state_of(booking: Timed, visit: VisitFacts | None, policy: Policy, now: datetime) -> State:
    """The state that counts: a cancelled booking ends its visit, a moved one takes an early arrival back."""
    met = visit is not None and visit.state in {State.ENDED, State.AFTER}
    if booking.cancelled_at is not None and not met:
        return State.CANCELLED
    if visit is None:
        return State.BOOKED
    was_for_another_time = visit.arrived_for is not None and visit.arrived_for != booking.starts_at
    if visit.state is State.WAITING and was_for_another_time and now < opens_at(booking, policy):
        return State.BOOKED
    return visit.state


def decide(
    booking: Timed, visit: VisitFacts | None, policy: Policy, event: Event, part: Part, now: datetime
) -> Moved | Refused:
    """What an event by this role does now."""
    if part not in WHO[event]:
        return Refused(Reason.NOT_YOURS)
    state = state_of(booking, visit, policy, now)
    target = TABLE.get((state, event))
    if target is None:
        return Refused(Reason.NOT_NOW)
    reason = _untimely(booking, visit, policy, event, state, now)
    return Refused(reason) if reason else Moved(target, _changes(visit, state, target, event))


def _untimely(
    booking: Timed, visit: VisitFacts | None, policy: Policy, event: Event, state: State, now: datetime
) -> Reason | None:
    if event is Event.ARRIVE and state is State.BOOKED:
        if booking.means != Means.VIDEO:
            return Reason.NOT_NOW
        if booking.asked or now < opens_at(booking, policy):
            return Reason.TOO_EARLY
        return Reason.TOO_LATE if now >= booking.ends_at else None
    if event is Event.NOTE_OUTCOME and state is State.BOOKED and now < booking.starts_at:
        return Reason.TOO_EARLY
    if event in {Event.MISS, Event.UNMISS}:
        return _why_not_missed(booking, visit, now)
    if event is Event.REOPEN and not may_reopen(booking, visit, state, now):
        return Reason.TOO_LATE
    return None


def _why_not_missed(booking: Timed, visit: VisitFacts | None, now: datetime) -> Reason | None:
    if now < booking.starts_at:
        return Reason.TOO_EARLY
    came = visit is not None and (
        visit.arrived_for == booking.starts_at or visit.outcome not in {None, Outcome.NO_SHOW}
    )
    return Reason.NOT_NOW if came else None


def may_miss(booking: Timed, visit: VisitFacts | None, policy: Policy, now: datetime) -> tuple[bool, bool]:
    """Whether the day page may say of this booking that nobody came, and whether it may take that back."""
    noted = visit is not None and visit.outcome is Outcome.NO_SHOW
    say, take_back = (
        isinstance(decide(booking, visit, policy, event, Part.FRONT_DESK, now), Moved)
        for event in (Event.MISS, Event.UNMISS)
    )
    return say and not noted, take_back and noted


def may_reopen(booking: Timed, visit: VisitFacts | None, state: State, now: datetime) -> bool:
    """Whether the room can be opened again: soon after an end by mistake, or while a missed time still runs."""
    if state is State.ENDED:
        ended = (visit and visit.ended_at) or booking.ends_at
        return now <= max(ended, booking.ends_at) + REOPEN_WITHIN
    return now < booking.ends_at


def _changes(visit: VisitFacts | None, state: State, target: State, event: Event) -> bool:
    if event is Event.LEAVE:
        return visit is not None and visit.left_at is None
    if event in {Event.COME_BACK, Event.ARRIVE} and visit is not None and visit.left_at is not None:
        return True
    return state is not target or event in {Event.NOTE_OUTCOME, Event.HAND_OVER}


def is_away(visit: VisitFacts | None, now: datetime) -> bool:
    """Whether the patient's page has been silent for a while, or they said that they step away."""
    if visit is None:
        return False
    return visit.left_at is not None or visit.patient_seen_at is None or now - visit.patient_seen_at > AWAY
