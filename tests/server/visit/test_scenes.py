"""No page of any role is a dead end, at any time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from server.clinic.rules import DEFAULT_POLICY
from server.visit.rules import Event, Moved, Outcome, Part, State, VisitFacts, decide, is_away
from server.visit.scenes import STEPS, Scene, Step, view_of

START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
POLICY = replace(DEFAULT_POLICY, opens=timedelta(minutes=15))
ONE = UUID(int=1)
MOMENTS = [
    timedelta(days=-3),
    timedelta(minutes=-40),
    timedelta(minutes=-15),
    timedelta(minutes=-5),
    timedelta(0),
    timedelta(minutes=30),
    timedelta(minutes=50),
    timedelta(hours=2),
    timedelta(hours=9),
    timedelta(days=20),
]
ACTS = {
    Step.ARRIVE: Event.ARRIVE,
    Step.STEP_AWAY: Event.LEAVE,
    Step.COME_BACK: Event.COME_BACK,
    Step.ADMIT: Event.ADMIT,
    Step.HOLD: Event.HOLD,
    Step.SEND_BACK: Event.SEND_BACK,
    Step.END: Event.END,
    Step.OUTCOME: Event.NOTE_OUTCOME,
    Step.REOPEN: Event.REOPEN,
}


class Time:
    starts_at = START
    ends_at = START + timedelta(minutes=50)
    cancelled_at: datetime | None = None
    asked: bool = False
    means: str = "video"


class Cancelled(Time):
    cancelled_at = START - timedelta(days=5)


def facts(state: State, **more) -> VisitFacts | None:
    if state is State.BOOKED:
        return None
    arrived = START - timedelta(minutes=8)
    known = {"arrived_at": arrived, "arrived_for": START, "patient_seen_at": arrived}
    return VisitFacts(ONE, ONE, ONE, ONE, state, **{**known, **more})


def every_visit():
    for state in State:
        booking = Cancelled() if state is State.CANCELLED else Time()
        real = State.BOOKED if state is State.CANCELLED else state
        for left, outcome in product((None, START), (None, *Outcome)):
            yield booking, facts(real, left_at=left, outcome=outcome)


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("moment", MOMENTS)
def test_every_state_has_a_next_step_for_every_role_at_every_time(part, moment):
    for booking, visit in every_visit():
        view = view_of(booking, visit, POLICY, START + moment)
        assert view.next(part)
        away = {Step.WAY_BACK, Step.CALL_CLINIC}
        assert away & set(view.ways[part]), (view.scene, part, "nowhere to turn")


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_page_offers_a_step_that_would_be_refused(moment):
    now = START + moment
    for booking, visit in every_visit():
        view = view_of(booking, visit, POLICY, now)
        for part, ways in view.ways.items():
            for step in ways:
                if step in ACTS:
                    outcome = decide(booking, visit, POLICY, ACTS[step], part, now)
                    assert isinstance(outcome, Moved), (view.scene, view.state, part, step, outcome)


def test_the_table_has_a_line_for_every_scene_and_role():
    assert set(STEPS) == set(product(Scene, Part))


@pytest.mark.parametrize(
    ("minutes", "scene"),
    [
        (-2000, Scene.BOOKED),
        (-76, Scene.BOOKED),
        (-75, Scene.TOO_EARLY),
        (-16, Scene.TOO_EARLY),
        (-15, Scene.OPEN),
        (49, Scene.OPEN),
        (50, Scene.TOO_LATE),
    ],
)
def test_a_booked_visit_by_the_clock(minutes, scene):
    assert view_of(Time(), None, POLICY, START + timedelta(minutes=minutes)).scene is scene


def test_a_wait_outlasts_its_time_and_ends_only_when_nobody_came_back():
    waiting = facts(State.WAITING)
    long_after = view_of(Time(), waiting, POLICY, START + timedelta(hours=2))
    assert long_after.scene is Scene.WAITING
    assert long_after.over_time
    assert view_of(Time(), waiting, POLICY, START + timedelta(hours=6)).scene is Scene.TOO_LATE
    heard = facts(State.WAITING, patient_seen_at=START + timedelta(hours=6))
    assert view_of(Time(), heard, POLICY, START + timedelta(hours=6)).scene is Scene.WAITING


def test_only_a_look_after_the_arrival_says_that_somebody_knows():
    arrived = START - timedelta(minutes=8)
    before = facts(State.WAITING, staff_seen_at=arrived - timedelta(minutes=1))
    assert not view_of(Time(), before, POLICY, START).clinic_knows
    desk = view_of(Time(), facts(State.WAITING, staff_seen_at=arrived), POLICY, START)
    assert desk.clinic_knows
    assert not desk.therapist_knows
    assert view_of(Time(), facts(State.WAITING, therapist_seen_at=START), POLICY, START).therapist_knows


def test_a_page_that_is_silent_or_left_is_away():
    assert not is_away(facts(State.WAITING, patient_seen_at=START - timedelta(seconds=30)), START)
    assert is_away(facts(State.WAITING, patient_seen_at=START - timedelta(seconds=31)), START)
    assert is_away(facts(State.WAITING, patient_seen_at=START, left_at=START), START)


def test_leaving_a_call_leads_back_to_it():
    view = view_of(Time(), facts(State.IN_SESSION, left_at=START), POLICY, START)
    assert view.scene is Scene.STEPPED_OUT
    assert view.next(Part.PATIENT) is Step.COME_BACK
    assert view.next(Part.THERAPIST) is Step.MEET
