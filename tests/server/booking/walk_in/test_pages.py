"""Somebody is here without a time: taken in by a first name, claiming nobody's hours, waiting with their own link."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import Role
from server.app import build_app
from server.booking.tables import Booking, Claim
from server.clinic.opening.store import set_opening_hours
from server.clinic.rules import WeeklyHours
from server.db import Database
from server.house import House
from server.turns import Turns
from tests.server.booking.linden import Linden, seed
from tests.server.booking.test_by_staff import actions, sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
PAGE = "/staff/walk-in"


@pytest.fixture
def settings(on_both_engines):
    return on_both_engines


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    return await seed(house)


def form(linden: Linden, **changes: str) -> dict[str, str]:
    return {"name": "Rosa", "service": str(linden.session.id), "therapist": "mara-lind", "once": "w"} | changes


async def count(house: House, column) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count(column)))) or 0


async def test_by_a_first_name_alone_they_wait_at_the_clinics_door_with_their_own_link(
    app: Starlette, client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(PAGE, data=form(linden))
    assert answer.status_code == 303
    paper = (await client.get(answer.headers["location"])).text
    assert "They are in it as soon as they open this link." in paper
    link = re.search(r"http://testserver(/l/[\w-]{43})", paper)
    assert link
    assert await count(house, Claim.id) == 0, "nobody's time is taken"
    async with browser_on(app) as phone:
        opened = await phone.get(link[1])
        visit = opened.headers["location"]
        here = {"place": "At the desk", "number": "555 0142", "contact": "Ana", "consent": "yes"}
        assert (await phone.post(f"{visit}/arrive", data=here)).status_code == 303
        assert "in the waiting room since" in (await phone.get(visit)).text
    day = (await client.get("/staff")).text
    assert "Rosa" in day[day.index('class="waiters"') :]
    assert (await actions(house)).count("booking.made") == 1


async def test_the_same_form_twice_in_one_moment_on_two_nodes_is_one_person(
    app: Starlette, client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    database = Database(house.settings.data_url)
    other = build_app(replace(house, db=database, turns=Turns()))
    async with browser_on(other) as again:
        again.cookies.update(client.cookies)
        answers = await asyncio.gather(*(one.post(PAGE, data=form(linden)) for one in (client, again) * 3))
    await database.close()
    clock.forward(minutes=2)
    answers.append(await client.post(PAGE, data=form(linden)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await count(house, Booking.id) == 1
    await client.post(PAGE, data=form(linden, once="another form"))
    assert await count(house, Booking.id) == 2


async def test_the_link_goes_by_mail_to_who_has_one(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await client.post(PAGE, data=form(linden, mail="rosa@example.org"))
    await house.outbox.run_due()
    letter = next(one for one in house.mailer.sent if one.to == "rosa@example.org")
    assert "http://testserver/l/" in letter.text


async def test_while_the_clinic_is_closed_nobody_is_taken_in_and_the_page_says_until_when(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    afternoon = (WeeklyHours(0, 13 * 60, 17 * 60),)
    await house.db.unit(lambda db: set_opening_hours(db, linden.clinic.id, afternoon))
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert "closed until Monday 9 March, 13:00" in (await client.get(PAGE)).text
    assert (await client.post(PAGE, data=form(linden))).status_code == 409
    assert await count(house, Booking.id) == 0
    clock.forward(hours=4)
    await sign_in_as(client, house, linden)
    assert (await client.post(PAGE, data=form(linden))).status_code == 303


async def test_a_therapist_takes_in_for_themselves_alone(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden)
    page = (await client.get(PAGE)).text
    assert "Mara Lind" in page
    assert "Samir Haddad" not in page
    assert (await client.post(PAGE, data=form(linden, therapist="samir-haddad"))).status_code == 422
    assert (await client.post(PAGE, data=form(linden))).status_code == 303


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": " "}, "Write the name"),
        ({"mail": "rosa@"}, "No mail would arrive"),
        ({"phone": "12"}, "a little short"),
        ({"therapist": "nobody"}, "They do not offer this."),
        ({"service": "x"}, "They do not offer this."),
    ],
)
async def test_what_wants_another_look_keeps_what_was_typed(
    client: httpx2.AsyncClient, house: House, linden: Linden, typed: dict[str, str], says: str
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(PAGE, data=form(linden, **{"name": "Rosa Luz", **typed}))
    assert answer.status_code == 422
    assert says in answer.text
    assert await count(house, Booking.id) == 0


async def test_a_free_time_stays_free_beside_them(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await client.post(PAGE, data=form(linden))
    start = (house.clock() + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%MZ")
    new = {
        "service": str(linden.session.id),
        "therapist": "mara-lind",
        "start": start,
        "name": "Kim",
        "phone": "555 0134",
        "once": "x",
    }
    assert (await client.post("/staff/bookings/new", data=new)).status_code == 303
