"""The whole policy, held against a table that was written by hand; and every route says whom it is for."""

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from server.access import RULES, STRANGER, Action, Door, KeyScope, Role, Subject, Viewer, admits, may
from server.app import build_app, build_house
from server.routing import GuardedRoute
from tests.each import of_each
from tests.server.conftest import settings_for
from tests.server.whole.neighbours import NAMED

CLINIC, OTHER_CLINIC = uuid4(), uuid4()
MARA, VISIT, BOOKING = uuid4(), uuid4(), uuid4()
JO, SPACE = uuid4(), uuid4()
THING = Subject(CLINIC, MARA, MARA, BOOKING, VISIT, space_id=SPACE, patient_id=JO, carers=frozenset({MARA}))
"""A booking of the clinic, led by Mara, who treats its patient; where an account is asked for, it is hers, and a space
or a record is Jo's.
"""

ADMIN, THERAPIST, DESK = frozenset({Role.ADMIN}), frozenset({Role.THERAPIST}), frozenset({Role.FRONT_DESK})


def staff(roles: frozenset[Role], staff_id=None, clinic_id=CLINIC, **more) -> Viewer:
    return Viewer(Door.STAFF, staff_id or uuid4(), clinic_id, uuid4(), roles=roles, **more)


def inside(space_id=None, clinic_id=CLINIC, patients=frozenset()) -> Viewer:
    """Somebody who signed in to a space that shows the booking among others."""
    who = {"space_id": space_id or uuid4(), "patients": patients, "bookings": frozenset({BOOKING})}
    return Viewer(Door.SPACE, clinic_id=clinic_id, login_id=uuid4(), **who)


VIEWERS = {
    "stranger": STRANGER,
    "link": Viewer(Door.LINK, bookings=frozenset({BOOKING})),
    "other link": Viewer(Door.LINK, bookings=frozenset({uuid4()})),
    "own space": inside(SPACE, patients=frozenset({JO})),
    "space by a link": inside(SPACE),
    "guardian's space": inside(patients=frozenset({JO})),
    "other space": inside(patients=frozenset({uuid4()})),
    "space elsewhere": inside(SPACE, OTHER_CLINIC, frozenset({JO})),
    "half": Viewer(Door.HALF, MARA, CLINIC, uuid4(), roles=frozenset(Role)),
    "leads": staff(THERAPIST, MARA),
    "idle": staff(frozenset(Role), MARA, only_visit=VISIT),
    "idle elsewhere": staff(frozenset(Role), MARA, only_visit=uuid4()),
    "colleague": staff(THERAPIST),
    "desk": staff(DESK),
    "admin": staff(ADMIN),
    "reading key": Viewer(Door.KEY, clinic_id=CLINIC, key_id=uuid4(), scopes=frozenset({KeyScope.READ})),
    "writing key": Viewer(Door.KEY, clinic_id=CLINIC, key_id=uuid4(), scopes=frozenset({KeyScope.WRITE})),
    "useless key": Viewer(Door.KEY, clinic_id=CLINIC, key_id=uuid4()),
    "foreign key": Viewer(Door.KEY, clinic_id=OTHER_CLINIC, key_id=uuid4(), scopes=frozenset(KeyScope)),
    "nobody's role": staff(frozenset()),
    "foreign therapist": staff(THERAPIST, clinic_id=OTHER_CLINIC),
    "foreign desk": staff(DESK, clinic_id=OTHER_CLINIC),
    "foreign admin": staff(ADMIN, clinic_id=OTHER_CLINIC),
    "everything, elsewhere": staff(frozenset(Role), clinic_id=OTHER_CLINIC),
}
EVERYBODY = set(VIEWERS)
UNLOCKED = EVERYBODY - {"reading key", "useless key", "foreign key"}
SIGNED_IN = {"leads", "colleague", "desk", "admin", "everything, elsewhere"} | {
    name for name, viewer in VIEWERS.items() if viewer.is_staff and "foreign" in name
}

MAY = {
    Action.PUBLIC: EVERYBODY,
    Action.SET_UP: EVERYBODY,
    Action.SIGN_IN: EVERYBODY,
    Action.METRICS: EVERYBODY,
    Action.DEMO: EVERYBODY,
    Action.SECOND_FACTOR: {"half", "leads"},
    Action.ACCOUNT: {"leads"},
    Action.VISIT: {"link"},
    Action.STAFF_HOME: SIGNED_IN,
    Action.DAY: {"leads", "desk", "admin"},
    Action.ANSWER: {"leads", "colleague", "desk", "admin"},
    Action.LEAD_VISIT: {"leads", "idle"},
    Action.QUEUE: {"leads", "desk", "admin"},
    Action.TAKE_VISIT: set(),
    Action.BOOKINGS: {"leads", "desk", "admin"},
    Action.PATIENTS: {"leads", "desk", "admin"},
    Action.MONEY: {"desk", "admin"},
    Action.ROSTER: {"desk", "admin"},
    Action.CONFIRMING: {"leads", "colleague", "admin"},
    Action.CONFIRM: {"leads", "colleague"},
    Action.SUPPORT: {"leads"},
    Action.HELPLINES: {"desk", "admin"},
    Action.MERGE: {"desk", "admin"},
    Action.REASON: {"leads"},
    Action.MEASURES: {"leads"},
    Action.CASELOAD: {"leads"},
    Action.RECORD: {"leads"},
    Action.RECORD_WRITE: {"leads"},
    Action.PROGRAMMES: {"leads", "colleague", "admin"},
    Action.EMERGENCY: {"leads", "colleague", "admin"},
    Action.MAIL: {"desk", "admin"},
    Action.CLINIC: {"admin"},
    Action.HOURS: {"leads", "admin"},
    Action.CALENDARS: {"leads"},
    Action.LICENCES: {"leads", "admin"},
    Action.IMPORT: {"admin"},
    Action.REPORTS: {"admin"},
    Action.TEAM: {"admin"},
    Action.AUDIT: {"admin"},
    Action.KEYS: {"admin"},
    Action.SPACE: {"own space", "space by a link"},
    Action.MINE: {"own space", "guardian's space"},
    Action.LETTERS: {"leads"},
    Action.LETTERS_AWAY: {"leads", "admin"},
    Action.HAND_OVER: {"leads", "desk", "admin"},
    Action.API_BOOK: UNLOCKED,
    Action.API_BOOKING: {"link", "reading key"},
    Action.API_CHANGE: {"link", "writing key"},
    Action.API_LIST: {"reading key"},
}
"""Who may do what to THING. A new action is written down here as well, by somebody who thought about it."""


def test_every_action_has_a_rule_and_stands_in_the_table() -> None:
    assert set(RULES) == set(Action) == set(MAY)


@of_each(name=VIEWERS, action=Action)
def test_who_may_do_what(name: str, action: Action) -> None:
    assert may(VIEWERS[name], action, THING) is (name in MAY[action])


@of_each(name=VIEWERS, action=Action)
def test_the_gate_turns_nobody_away_who_may(name: str, action: Action) -> None:
    if may(VIEWERS[name], action, THING):
        assert admits(VIEWERS[name], action)


@of_each(name=VIEWERS, action=[action for action in Action if MAY[action] not in (EVERYBODY, UNLOCKED, SIGNED_IN)])
def test_what_nobody_knows_the_owner_of_opens_to_nobody(name: str, action: Action) -> None:
    assert not may(VIEWERS[name], action, Subject())


def undeclared(routes: Sequence[BaseRoute]) -> list[BaseRoute]:
    """Routes that do not say whom they are for. Static files are for everybody; a socket asks for a ticket."""
    return [route for route in routes if not _declares(route) and not _needs_no_action(route)]


def _declares(route: BaseRoute) -> bool:
    return isinstance(route, GuardedRoute) and getattr(route, "action", None) in RULES


def _needs_no_action(route: BaseRoute) -> bool:
    is_static = isinstance(route, Mount) and route.name == "static"
    return is_static or (isinstance(route, WebSocketRoute) and route.path == "/signal")


@pytest.mark.parametrize("demo", [False, True])
def test_every_route_declares_who_may_use_it(tmp_path: Path, demo: bool) -> None:
    routes = build_app(build_house(settings_for(tmp_path / "data", PARLOUR_DEMO=demo))).routes
    assert len(routes) > 50
    assert undeclared(routes) == []


def test_a_page_of_one_clinic_is_tried_by_the_people_of_another(tmp_path: Path) -> None:
    """Whoever adds a parameter makes one of its kind in tests/server/whole/neighbours.py, where it is tried."""
    routes = build_app(build_house(settings_for(tmp_path / "data"))).routes
    asks = [
        route for route in routes if isinstance(route, GuardedRoute) and RULES[route.action].door is not Door.ANYONE
    ]
    assert {name for route in asks for name in re.findall(r"\{(\w+)", route.path)} <= NAMED


def test_a_route_that_declares_nothing_is_found() -> None:
    async def handler(request):
        raise AssertionError("not called")

    bare, nameless = Route("/x", handler), GuardedRoute("/y", handler)
    assert undeclared([bare, nameless]) == [bare, nameless]
    assert len(undeclared([Mount("/files", routes=[], name="files"), WebSocketRoute("/other", handler)])) == 2


def test_the_demo_door_exists_in_demo_mode_alone(tmp_path: Path) -> None:
    for demo in (False, True):
        routes = build_app(build_house(settings_for(tmp_path / str(demo), PARLOUR_DEMO=demo))).routes
        assert any(getattr(route, "action", None) is Action.DEMO for route in routes) is demo
