"""Every route of the running program, asked by everybody who may not: the gate opens none of them."""

import re
from uuid import UUID, uuid4

import pytest
from starlette.applications import Starlette

from server.access import RULES, Door, Role, Viewer, admits
from server.accounts import store
from server.accounts.rules import Stage
from server.clinic.store import clinics
from server.house import House
from server.routing import GuardedRoute
from tests.server.clinic.made import make_clinic, make_staff
from tests.server.conftest import browser_on

KINDS = {
    "stranger": (None, frozenset()),
    "half": (Stage.PASSWORD, frozenset(Role)),
    "admin": (Stage.FULL, frozenset({Role.ADMIN})),
    "therapist": (Stage.FULL, frozenset({Role.THERAPIST})),
    "front desk": (Stage.FULL, frozenset({Role.FRONT_DESK})),
}
JSON = {"accept": "application/json"}
ANY_SITE = ("/api/", "/pay/")
"""Where no cookie counts: a key or a token does, or a signature."""


def guarded(app: Starlette) -> list[tuple[GuardedRoute, str]]:
    routes = [route for route in app.routes if isinstance(route, GuardedRoute)]
    return [(route, method) for route in routes for method in (route.methods or set()) - {"HEAD"}]


def filled(path: str) -> str:
    """The path with an id that nobody has in each place, and a number where one stands."""
    return re.sub(r"{[^}]*}", str(uuid4()), re.sub(r"{[^}]*:int}", "7", path))


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", KINDS)
async def test_whom_the_policy_does_not_admit_gets_nothing(app: Starlette, house: House, kind: str) -> None:
    stage, roles = KINDS[kind]
    cookies = {}
    if stage is not None:
        clinic = await make_clinic(house)
        staff_id = await make_staff(house, clinic, "Nora", *roles)
        cookies["parlour"] = await house.db.unit(lambda db: store.start_login(db, staff_id, stage, house.clock()))
    viewer = Viewer(_door(stage), uuid4(), uuid4(), uuid4(), roles=roles)
    turned_away = [(route, method) for route, method in guarded(app) if not admits(viewer, route.action)]
    assert len(turned_away) > 10
    for number, (route, method) in enumerate(turned_away):
        address = f"127.0.0.{number % 200 + 1}"  # from one address, so many in a minute would be turned away for that
        async with browser_on(app, address) as browser:
            browser.cookies.update(cookies)
            answer = await browser.request(method, filled(route.path), headers=JSON)
        due = _due(route, stage)
        assert answer.status_code == due, (method, route.path, answer.status_code, due)
        assert answer.headers["content-type"] == "application/problem+json"


def _door(stage: Stage | None) -> Door:
    return Door.ANYONE if stage is None else Door.HALF if stage is Stage.PASSWORD else Door.STAFF


def _due(route: GuardedRoute, stage: Stage | None) -> int:
    if RULES[route.action].key:
        return 401  # of the API, where no cookie counts
    if RULES[route.action].door is Door.LINK:
        return 404
    if RULES[route.action].door is Door.SPACE:
        return 401  # there no login of staff counts
    return 403 if stage is Stage.FULL else 401


@pytest.mark.asyncio
async def test_d03_no_write_from_another_site_is_heard(app: Starlette, house: House) -> None:
    clinic = await make_clinic(house)
    staff_id = await make_staff(house, clinic, "Nora", *Role)
    token = await house.db.unit(lambda db: store.start_login(db, staff_id, Stage.FULL, house.clock()))
    async with browser_on(app) as browser:
        browser.cookies.set("parlour", token)
        writes = [route for route, method in guarded(app) if method == "POST" and not route.path.startswith(ANY_SITE)]
        assert len(writes) > 20
        for route in writes:
            for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
                assert (await browser.post(filled(route.path), headers=headers)).status_code == 403, route.path
            del browser.headers["sec-fetch-site"]
            foreign = {"origin": "https://evil.example"}
            assert (await browser.post(filled(route.path), headers=foreign)).status_code == 403, route.path
            assert (await browser.post(filled(route.path))).status_code == 403, route.path
            browser.headers["sec-fetch-site"] = "same-origin"


@pytest.mark.asyncio
async def test_d03_where_any_site_may_write_no_cookie_counts(app: Starlette, house: House) -> None:
    clinic = await make_clinic(house)
    staff_id = await make_staff(house, clinic, "Nora", *Role)
    token = await house.db.unit(lambda db: store.start_login(db, staff_id, Stage.FULL, house.clock()))
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    routes = [(route, method) for route, method in guarded(app) if route.path.startswith(ANY_SITE)]
    assert routes
    async with browser_on(app, "127.0.0.2") as stranger, browser_on(app, "127.0.0.3") as staff:
        staff.cookies.set("parlour", token)
        for route, method in routes:
            path = filled(route.path)
            answers = [await one.request(method, path, headers=foreign) for one in (stranger, staff)]
            assert answers[0].content == answers[1].content
            assert answers[0].status_code == answers[1].status_code < 500


@pytest.mark.asyncio
async def test_d09_no_page_of_staff_is_kept_by_a_browser(app: Starlette, house: House) -> None:
    clinic = await make_clinic(house)
    staff_id: UUID = await make_staff(house, clinic, "Nora", *Role)
    token = await house.db.unit(lambda db: store.start_login(db, staff_id, Stage.FULL, house.clock()))
    assert len(await house.db.read(clinics)) == 1
    async with browser_on(app) as browser:
        browser.cookies.set("parlour", token)
        for route, method in guarded(app):
            if method == "GET" and route.path.startswith("/staff"):
                answer = await browser.get(filled(route.path))
                assert answer.headers["cache-control"] == "no-store", route.path
                assert answer.status_code < 500, route.path
