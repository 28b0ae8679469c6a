"""'Did not come' on the day page: by the therapist or the front desk, kind to the patient, and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.house import House
from server.visit.rules import State
from server.visit.tables import Visit
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
MISSED, TAKE_BACK = "Did not come", "Take back"


def url(jo: Jo, step: str) -> str:
    return f"/staff/day/{jo.made.card.public_id}/{step}"


async def visits(house: House) -> list[Visit]:
    return list(await house.db.read(lambda db: db.scalars(select(Visit))))


async def test_before_the_time_begins_nobody_is_missed(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    clock.now = START - timedelta(minutes=1)
    assert MISSED not in (await mara.get("/staff")).text
    answer = await mara.post(url(jo, "missed"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff?notice=moved-on")
    assert [one.state for one in await visits(house)] in ([], [State.BOOKED])


@pytest.mark.parametrize("who", ["mara", "desk"])
async def test_it_is_said_once_shown_kindly_and_taken_back(
    jo: Jo, mara: Browser, desk: Browser, house: House, clock: Clock, who: str
) -> None:
    browser = mara if who == "mara" else desk
    clock.now = START + timedelta(minutes=4)
    assert MISSED in (await browser.get("/staff")).text
    for _ in range(2):
        assert (await browser.post(url(jo, "missed"))).headers["location"] == "/staff"
    [visit] = await visits(house)
    assert (visit.state, visit.outcome) == (State.AFTER, "no_show")
    page = (await browser.get("/staff")).text
    assert "did not come" in page
    assert TAKE_BACK in page
    kind = await jo.page()
    assert "These things happen. You are welcome to take another time." in kind
    for _ in range(2):
        assert (await browser.post(url(jo, "not-missed"))).headers["location"] == "/staff"
    [visit] = await visits(house)
    assert (visit.state, visit.outcome) == (State.BOOKED, None)
    assert MISSED in (await browser.get("/staff")).text
    entries = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert (entries.count("visit.miss"), entries.count("visit.unmiss")) == (1, 1)
    assert (await jo.arrive()).status_code == 303


async def test_it_can_be_said_and_taken_back_after_the_time_too(
    jo: Jo, linden: Linden, browsers: Browsers, house: House, clock: Clock
) -> None:
    clock.now = START + timedelta(hours=3)
    staff_id = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    desk = await signed_in(house, await browsers(), staff_id)
    await desk.post(url(jo, "missed"))
    assert TAKE_BACK in (await desk.get("/staff")).text
    await desk.post(url(jo, "not-missed"))
    [visit] = await visits(house)
    assert (visit.state, visit.outcome) == (State.BOOKED, None)


async def test_who_came_is_not_missed(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    clock.now = START - timedelta(minutes=5)
    await jo.arrive()
    clock.now = START + timedelta(minutes=4)
    assert MISSED not in (await mara.get("/staff")).text
    assert (await mara.post(url(jo, "missed"))).headers["location"] == "/staff?notice=moved-on"
    [visit] = await visits(house)
    assert (visit.state, visit.outcome) == (State.WAITING, None)


async def test_a_colleague_says_it_of_nobody_elses_patient(jo: Jo, samir: Browser, house: House, clock: Clock) -> None:
    clock.now = START + timedelta(minutes=4)
    assert (await samir.post(url(jo, "missed"))).status_code == 404
    assert await visits(house) == []
