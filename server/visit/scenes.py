"""What a page shows: the scene of this moment, and for each role the one next step and the other ways on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.clinic.rules import Means, Policy
from server.visit.rules import (
    SOON,
    STALE,
    Outcome,
    Part,
    State,
    Timed,
    VisitFacts,
    is_away,
    may_reopen,
    opens_at,
    state_of,
)


class Scene(StrEnum):
    ASKED = "asked"  # the clinic has yet to confirm the time
    BOOKED = "booked"  # a day or more away
    TOO_EARLY = "too_early"  # within the hour before the room opens
    OPEN = "open"  # the patient may come in
    WAITING = "waiting"
    STEPPED_AWAY = "stepped_away"  # left the waiting room on purpose; the place is kept
    STEPPED_OUT = "stepped_out"  # left the call on purpose; the door is open
    CALLED_IN = "called_in"  # let in while they were away: nobody has met yet
    IN_SESSION = "in_session"
    ON_HOLD = "on_hold"
    ENDED = "ended"
    DECLINED = "declined"  # the wait was ended with words; nobody met
    AFTER = "after"
    NO_SHOW = "no_show"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """Something a person can do. `WAY_BACK` leads to the page they came from."""

    CHECK = "check"
    ARRIVE = "arrive"
    WAIT = "wait"
    STEP_AWAY = "step_away"
    COME_BACK = "come_back"
    MEET = "meet"
    MOVE = "move"
    CANCEL = "cancel"
    CALENDAR = "calendar"
    BOOK_AGAIN = "book_again"
    CALL_CLINIC = "call_clinic"
    ADMIT = "admit"
    HOLD = "hold"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    DECLINE = "decline"
    END = "end"
    OUTCOME = "outcome"
    REOPEN = "reopen"
    NOTE = "note"
    BOOK_NEXT = "book_next"
    OPEN_BOOKING = "open_booking"
    WAY_BACK = "way_back"


_BEFORE = (Step.CALENDAR, Step.MOVE, Step.CANCEL, Step.CALL_CLINIC)
_LEAD = (Step.HOLD, Step.SEND_BACK, Step.HAND_OVER, Step.END, Step.NOTE, Step.WAY_BACK)
_DESK = (Step.OPEN_BOOKING, Step.WAY_BACK)
P, T, D = Part.PATIENT, Part.THERAPIST, Part.FRONT_DESK

STEPS: Mapping[tuple[Scene, Part], tuple[Step, ...]] = {
    (Scene.ASKED, P): (Step.CANCEL, Step.CALL_CLINIC),
    (Scene.BOOKED, P): (Step.CHECK, *_BEFORE),
    (Scene.TOO_EARLY, P): (Step.CHECK, *_BEFORE),
    (Scene.OPEN, P): (Step.ARRIVE, Step.CHECK, *_BEFORE),
    (Scene.WAITING, P): (Step.WAIT, Step.CHECK, Step.STEP_AWAY, Step.CALL_CLINIC),
    (Scene.STEPPED_AWAY, P): (Step.COME_BACK, Step.CALL_CLINIC),
    (Scene.STEPPED_OUT, P): (Step.COME_BACK, Step.CALL_CLINIC),
    (Scene.CALLED_IN, P): (Step.COME_BACK, Step.CALL_CLINIC),
    (Scene.IN_SESSION, P): (Step.MEET, Step.STEP_AWAY, Step.CALL_CLINIC),
    (Scene.ON_HOLD, P): (Step.WAIT, Step.STEP_AWAY, Step.CALL_CLINIC),
    (Scene.ENDED, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.DECLINED, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.AFTER, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.NO_SHOW, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.TOO_LATE, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.CANCELLED, P): (Step.BOOK_AGAIN, Step.CALL_CLINIC),
    (Scene.ASKED, T): (Step.WAY_BACK, Step.OPEN_BOOKING),
    (Scene.BOOKED, T): (Step.WAY_BACK, Step.NOTE, Step.OPEN_BOOKING),
    (Scene.TOO_EARLY, T): (Step.WAY_BACK, Step.NOTE, Step.OPEN_BOOKING),
    (Scene.OPEN, T): (Step.WAY_BACK, Step.NOTE, Step.OUTCOME, Step.OPEN_BOOKING),
    (Scene.WAITING, T): (Step.ADMIT, Step.HAND_OVER, Step.DECLINE, Step.END, Step.NOTE, Step.WAY_BACK),
    (Scene.STEPPED_AWAY, T): (Step.ADMIT, Step.HAND_OVER, Step.DECLINE, Step.END, Step.NOTE, Step.WAY_BACK),
    (Scene.STEPPED_OUT, T): (Step.MEET, *_LEAD),
    (Scene.CALLED_IN, T): (Step.MEET, *_LEAD),
    (Scene.IN_SESSION, T): (Step.MEET, *_LEAD),
    (Scene.ON_HOLD, T): (Step.ADMIT, Step.SEND_BACK, Step.HAND_OVER, Step.END, Step.NOTE, Step.WAY_BACK),
    (Scene.DECLINED, T): (Step.BOOK_NEXT, Step.REOPEN, Step.NOTE, Step.WAY_BACK),
    (Scene.ENDED, T): (Step.OUTCOME, Step.NOTE, Step.REOPEN, Step.BOOK_NEXT, Step.WAY_BACK),
    (Scene.AFTER, T): (Step.BOOK_NEXT, Step.NOTE, Step.OUTCOME, Step.WAY_BACK),
    (Scene.NO_SHOW, T): (Step.BOOK_NEXT, Step.REOPEN, Step.NOTE, Step.OUTCOME, Step.WAY_BACK),
    (Scene.TOO_LATE, T): (Step.OUTCOME, Step.END, Step.NOTE, Step.BOOK_NEXT, Step.WAY_BACK),
    (Scene.CANCELLED, T): (Step.BOOK_NEXT, Step.OPEN_BOOKING, Step.WAY_BACK),
    **{(scene, D): _DESK for scene in Scene},
}
"""First the one next step, then the other ways on. Every scene has a line for every role."""


@dataclass(frozen=True)
class VisitView:
    """What is true now. `next` and `ways` are per role; `is_away`: nobody hears from the patient's page; `misses_call`:
    and they were let in all the same.
    """

    state: State
    scene: Scene
    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    ways: Mapping[Part, tuple[Step, ...]]
    therapist_knows: bool = False
    clinic_knows: bool = False
    is_away: bool = False
    misses_call: bool = False
    over_time: bool = False

    def next(self, part: Part) -> Step:
        return self.ways[part][0]

    def has(self, part: Part, step: Step) -> bool:
        return step in self.ways[part]


def view_of(booking: Timed, visit: VisitFacts | None, policy: Policy, now: datetime) -> VisitView:
    """The truth about a visit at `now`, for every role."""
    state = state_of(booking, visit, policy, now)
    scene = scene_of(booking, visit, policy, state, now)
    return VisitView(
        state=state,
        scene=scene,
        opens_at=opens_at(booking, policy),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        ways={part: tuple(_possible(booking, visit, state, scene, part, now)) for part in Part},
        therapist_knows=_seen_since_arrival(visit, visit.therapist_seen_at if visit else None),
        clinic_knows=_seen_since_arrival(visit, visit.staff_seen_at if visit else None),
        is_away=state in {State.WAITING, State.ON_HOLD, State.IN_SESSION} and is_away(visit, now),
        misses_call=state is State.IN_SESSION and is_away(visit, now) and misses_call(visit),
        over_time=now >= booking.ends_at,
    )


def scene_of(booking: Timed, visit: VisitFacts | None, policy: Policy, state: State, now: datetime) -> Scene:
    """The state as this moment shows it."""
    if state is State.BOOKED:
        return _scene_before(booking, policy, now)
    if state is State.AFTER and visit and visit.outcome is Outcome.NO_SHOW:
        return Scene.NO_SHOW
    if state is State.ENDED and visit and visit.declined_at:
        return Scene.DECLINED
    if state in {State.WAITING, State.IN_SESSION, State.ON_HOLD}:
        return _scene_open(booking, visit, state, now)
    return Scene(state.value)


def _scene_before(booking: Timed, policy: Policy, now: datetime) -> Scene:
    if booking.asked and now < booking.starts_at:
        return Scene.ASKED
    opening = opens_at(booking, policy)
    if now < opening - SOON:
        return Scene.BOOKED
    if now < opening:
        return Scene.TOO_EARLY
    return Scene.OPEN if now < booking.ends_at else Scene.TOO_LATE


def _scene_open(booking: Timed, visit: VisitFacts | None, state: State, now: datetime) -> Scene:
    assert visit is not None, "an open state has a row"
    heard = [at for at in (visit.patient_seen_at, visit.admitted_at) if at is not None]
    if now > max([booking.ends_at, *heard]) + STALE:
        return Scene.TOO_LATE
    if visit.left_at is not None:
        if state is not State.IN_SESSION:
            return Scene.STEPPED_AWAY
        return Scene.CALLED_IN if misses_call(visit) else Scene.STEPPED_OUT
    return Scene(state.value)


def misses_call(visit: VisitFacts | None) -> bool:
    """Whether somebody was let in while away, and nothing has been seen of them since."""
    if visit is None or visit.state is not State.IN_SESSION or visit.admitted_at is None:
        return False
    last = visit.left_at or visit.patient_seen_at
    return last is None or last <= visit.admitted_at


def _seen_since_arrival(visit: VisitFacts | None, seen: datetime | None) -> bool:
    return bool(visit and visit.arrived_at and seen and seen >= visit.arrived_at)


def _possible(
    booking: Timed, visit: VisitFacts | None, state: State, scene: Scene, part: Part, now: datetime
) -> list[Step]:
    """The steps of the table less those whose moment is over."""
    gone = set() if booking.means == Means.VIDEO else {Step.ARRIVE, Step.CHECK}
    if not may_reopen(booking, visit, state, now):
        gone.add(Step.REOPEN)
    if now >= booking.starts_at:
        gone |= {Step.MOVE, Step.CANCEL, Step.CALENDAR}
    if now < booking.starts_at and state is State.BOOKED:
        gone.add(Step.OUTCOME)
    if scene is Scene.TOO_LATE:
        gone.add(Step.OUTCOME if state is not State.BOOKED else Step.END)
    held = scene is Scene.STEPPED_AWAY and state is State.ON_HOLD and part is Part.THERAPIST
    return [step for step in STEPS[Scene.ON_HOLD if held else scene, part] if step not in gone]
