"""When an alert about an answer begins, whom it calls first, and what is true of who can see it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.clinic.opening.rules import Door
from server.measures.risk.forms import fields_of, parse_danger
from server.measures.risk.rules import (
    KINDS,
    RISK,
    URGENT,
    USUAL,
    Standing,
    Watch,
    before_meeting,
    begins_at,
    closed_up,
    ladder_at,
    standing,
)

NOW = datetime(2026, 3, 9, 22, tzinfo=UTC)
MORNING, NIGHT = NOW + timedelta(hours=9), NOW + timedelta(hours=1)
OPEN, SHUT, UNKNOWN = Door(closes_at=MORNING), Door(opens_at=MORNING), Door()
MARA = UUID(int=1)


@pytest.mark.parametrize(
    ("door", "called", "next_call", "expected", "begins"),
    [
        (OPEN, (), None, Standing(Watch.OPEN), NOW),
        (OPEN, (MARA,), None, Standing(Watch.OPEN), NOW),
        (SHUT, (MARA,), None, Standing(Watch.CALL), NOW),
        (SHUT, (), None, Standing(Watch.CLOSED, MORNING), MORNING),
        (SHUT, (), NIGHT, Standing(Watch.CLOSED, NIGHT), NIGHT),
        (SHUT, (), MORNING + timedelta(days=1), Standing(Watch.CLOSED, MORNING), MORNING),
        (UNKNOWN, (MARA,), None, Standing(Watch.CALL), NOW),
        (UNKNOWN, (), None, Standing(Watch.UNSTATED), NOW),
        (UNKNOWN, (), NIGHT, Standing(Watch.CLOSED, NIGHT), NIGHT),
    ],
)
def test_it_begins_as_soon_as_anybody_is_there(door, called, next_call, expected, begins) -> None:
    found = standing(door, called, next_call)
    assert (found, begins_at(found, NOW)) == (expected, begins)


def order(kind: str, watch: Watch) -> list[tuple[str, int]]:
    steps = sorted(ladder_at(USUAL[kind], watch), key=lambda step: step.after)
    return [(step.rung, step.after // timedelta(minutes=1)) for step in steps]


def test_in_the_hours_their_therapist_is_called_first_and_outside_of_them_who_is_on_call() -> None:
    assert order(RISK, Watch.OPEN) == [("page", 0), ("therapist", 1), ("colleague", 5), ("roster", 10)]
    assert order(RISK, Watch.CALL) == [("page", 0), ("roster", 0), ("therapist", 11), ("colleague", 15)]
    assert order(URGENT, Watch.OPEN) == [("page", 0), ("therapist", 0), ("colleague", 2), ("roster", 4)]


def test_every_step_of_what_is_urgent_comes_no_later() -> None:
    for watch in Watch:
        for urgent, usual in zip(ladder_at(USUAL[URGENT], watch), ladder_at(USUAL[RISK], watch), strict=True):
            assert urgent.rung == usual.rung
            assert urgent.after <= usual.after


@pytest.mark.parametrize(
    ("kind", "watch", "nobody", "expected"),
    [
        (RISK, Watch.OPEN, ["therapist"], [("page", 0), ("colleague", 0), ("roster", 5), ("therapist", 3)]),
        (RISK, Watch.OPEN, ["colleague"], [("page", 0), ("therapist", 1), ("roster", 5), ("colleague", 5)]),
        (RISK, Watch.OPEN, ["therapist", "colleague"], [("page", 0), ("roster", 0), ("therapist", 3)]),
        (RISK, Watch.CALL, ["therapist"], [("page", 0), ("roster", 0), ("colleague", 11), ("therapist", 11)]),
        (URGENT, Watch.OPEN, ["therapist"], [("page", 0), ("colleague", 0), ("roster", 2), ("therapist", 3)]),
        (RISK, Watch.OPEN, [], [("page", 0), ("therapist", 1), ("colleague", 5), ("roster", 10)]),
    ],
)
def test_no_step_waits_for_people_of_whom_none_can_be_called(kind, watch, nobody, expected) -> None:
    steps = closed_up(ladder_at(USUAL[kind], watch), nobody, timedelta(minutes=2))
    found = {step.rung: step.after // timedelta(minutes=1) for step in steps}
    assert {rung: found[rung] for rung, _ in expected} == dict(expected)


def test_what_nobody_can_be_called_to_stays_to_be_looked_at_until_somebody_can() -> None:
    steps = closed_up(USUAL[RISK], ["therapist", "colleague", "roster"], timedelta(minutes=30))
    assert [step.rung for step in steps if step.after <= timedelta(minutes=30)] == ["page"]


def test_a_clinic_sets_its_times_and_no_step_comes_before_the_one_above() -> None:
    fields = fields_of(USUAL)
    assert parse_danger(fields) == {kind: USUAL[kind] for kind in KINDS}
    assert list(parse_danger({**fields, "risk_roster": "4"})) == ["risk_roster"]
    assert list(parse_danger({**fields, "urgent_therapist": "1.5"})) == ["urgent_therapist"]


@pytest.mark.parametrize(
    ("found", "meets_at", "expected"),
    [
        (Standing(Watch.CLOSED, MORNING), NIGHT, Standing(Watch.UNSTATED)),
        (Standing(Watch.CLOSED, MORNING), MORNING, Standing(Watch.CLOSED, MORNING)),
        (Standing(Watch.CLOSED, MORNING), None, Standing(Watch.CLOSED, MORNING)),
        (Standing(Watch.OPEN), NIGHT, Standing(Watch.OPEN)),
        (Standing(Watch.CALL), NIGHT, Standing(Watch.CALL)),
    ],
)
def test_no_time_is_said_that_a_meeting_before_it_would_belie(found, meets_at, expected) -> None:
    assert before_meeting(found, meets_at) == expected
