"""Whom the ladder of a waiter calls, and what each event of the visit does to it."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from server.access import Role
from server.visit.ladder.rules import USUAL, Rung, Turn, Whom, called, turn_of
from server.visit.rules import Event, State


@dataclass(frozen=True)
class Somebody:
    roles: frozenset[Role]
    joined: bool = True
    disabled: bool = False
    id: UUID = field(default_factory=uuid4)


def one(*roles: Role, **facts: bool) -> Somebody:
    return Somebody(frozenset(roles), **facts)


MARA, SAMIR = one(Role.THERAPIST), one(Role.THERAPIST)
DESK, ADMIN = one(Role.FRONT_DESK), one(Role.ADMIN)
GONE, INVITED = one(Role.FRONT_DESK, disabled=True), one(Role.FRONT_DESK, joined=False)


def test_the_rungs_and_their_times_are_those_of_the_house() -> None:
    assert [(step.rung, step.after.total_seconds()) for step in USUAL] == [
        ("page", 0),
        ("therapist", 60),
        ("colleague", 180),
        ("offer", 600),
    ]


@pytest.mark.parametrize(
    ("rung", "whom", "team", "expected"),
    [
        (Rung.PAGE, Whom.BOTH, [MARA, DESK], []),
        (Rung.OFFER, Whom.BOTH, [MARA, DESK], []),
        (Rung.THERAPIST, Whom.DESK, [MARA, SAMIR, DESK], [MARA]),
        (Rung.COLLEAGUE, Whom.DESK, [MARA, SAMIR, DESK, ADMIN], [DESK]),
        (Rung.COLLEAGUE, Whom.COLLEAGUES, [MARA, SAMIR, DESK], [SAMIR]),
        (Rung.COLLEAGUE, Whom.BOTH, [MARA, SAMIR, DESK], [DESK, SAMIR]),
        (Rung.COLLEAGUE, Whom.DESK, [MARA, SAMIR, GONE, INVITED], [SAMIR]),
        (Rung.COLLEAGUE, Whom.DESK, [MARA, ADMIN], [ADMIN]),
        (Rung.COLLEAGUE, Whom.DESK, [MARA], []),
    ],
)
def test_whom_a_rung_calls(rung, whom, team, expected) -> None:
    assert called(rung, team, [MARA.id], whom) == [member.id for member in expected]


W, S, H, B = State.WAITING, State.IN_SESSION, State.ON_HOLD, State.BOOKED


@pytest.mark.parametrize(
    ("event", "before", "after", "arrived_now", "turn"),
    [
        (Event.ARRIVE, B, W, True, Turn.BEGIN),
        (Event.ARRIVE, W, W, True, Turn.BEGIN),
        (Event.ARRIVE, W, W, False, Turn.RESUME),
        (Event.LEAVE, W, W, False, Turn.PAUSE),
        (Event.COME_BACK, W, W, False, Turn.RESUME),
        (Event.ADMIT, W, S, False, Turn.CLOSE),
        (Event.END, W, State.ENDED, False, Turn.CLOSE),
        (Event.CANCEL, W, State.CANCELLED, False, Turn.CLOSE),
        (Event.SEND_BACK, S, W, False, Turn.BEGIN_QUIETLY),
        (Event.SEND_BACK, H, W, False, Turn.BEGIN_QUIETLY),
        (Event.REOPEN, State.ENDED, W, False, Turn.BEGIN_QUIETLY),
        (Event.LEAVE, S, S, False, Turn.CLOSE),
    ],
)
def test_what_an_event_does_to_the_climb(event, before, after, arrived_now, turn) -> None:
    assert turn_of(event, before, after, arrived_now=arrived_now) is turn
