"""The made-up clinic, as somebody who looks around sees it."""

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.tables import Staff
from server.booking.store import booking_for_visit
from server.clinic import store as clinics
from server.home.demo_clinic import seeding
from server.home.demo_clinic.people import week, working_day
from server.home.demo_clinic.waiting import say_they_wait
from server.house import House
from server.measures.results import results_of
from server.measures.tables import Measure
from server.programmes.after.store import terms
from server.visit import store as visits
from server.visit.rules import Event, State, is_away
from tests.server.conftest import Clock
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio


async def test_its_booking_page_says_the_length_of_a_session_once(client: httpx2.AsyncClient, house: House) -> None:
    links = await seeding.seed(house)
    page = (await client.get(links.booking.removeprefix(links.base))).text
    assert "50 minutes, when you have met us" in page
    assert "50 minutes, 50 minutes" not in page


async def test_its_links_open_what_they_promise(client: httpx2.AsyncClient, house: House) -> None:
    links = await seeding.seed(house)
    names = ("base", "admin", "therapist", "patient", "booking", "request", "group", "waiting", "space", "code")
    assert tuple(asdict(links)) == names
    opened = await client.get(links.patient.removeprefix(links.base))
    visit = (await client.get(opened.headers["location"])).text
    assert "Come in when you are ready." in visit
    ways = re.search(r"/visit/[0-9a-f]{20}/arrive", visit)
    assert ways
    assert (await client.get(ways[0])).status_code == 200
    clinic = await house.db.read(clinics.first_clinic)
    named = await house.db.read(lambda db: terms(db, clinic.id, "esketamine"))
    assert named.service_id, "the meeting after a session is booked as one"


async def test_a_group_a_request_and_somebody_who_waits_are_there_to_look_at(
    client: httpx2.AsyncClient, house: House
) -> None:
    links = await seeding.seed(house)
    assert "4 places left" in (await client.get(links.group.removeprefix(links.base))).text
    opened = await client.get(links.request.removeprefix(links.base))
    asked = (await client.get(opened.headers["location"])).text
    assert "The clinic confirms it first" in asked
    assert "Answer a few questions" in asked
    assert "You are on the list" in (await client.get(links.waiting.removeprefix(links.base))).text
    said = "\n".join(seeding.lines(links))
    assert all(link in said for link in (links.group, links.request, links.waiting, links.space, links.code))


async def test_the_code_of_the_patient_opens_her_home(client: httpx2.AsyncClient, house: House) -> None:
    links = await seeding.seed(house)
    assert (await client.post("/me/code", data={"code": links.code})).headers["location"] == "/me/code"
    while await house.outbox.run_due():
        pass
    (digits,) = [re.findall(r"\d{6}", one.subject)[0] for one in house.mailer.sent if "code" in one.subject]
    assert (await client.post("/me/enter", data={"digits": digits})).headers["location"] == "/me?notice=open"
    assert "The door is open" in (await client.get("/me")).text


async def test_who_may_come_in_is_asked_a_few_short_questions(client: httpx2.AsyncClient, house: House) -> None:
    links = await seeding.seed(house)
    opened = await client.get(links.patient.removeprefix(links.base))
    visit = (await client.get(opened.headers["location"])).text
    asked = re.search(r"/visit/[0-9a-f]{20}/measures", visit)
    assert asked
    assert "16 short questions" in visit
    assert "PHQ-9" in (await client.get(asked[0])).text


async def test_somebody_in_it_is_asked_every_week_and_her_therapist_sees_how_it_goes(
    client: httpx2.AsyncClient, house: House
) -> None:
    await seeding.seed(house)
    mara = await house.db.read(lambda db: db.scalar(select(Staff.id).where(Staff.name == "Mara Lind")))
    await signed_in(house, client, mara)
    page = (await client.get("/staff/caseload")).text
    assert "Asked this week, not answered yet: GAD-7." in page
    assert "Ilse Novak" in page
    clinic = await house.db.read(clinics.first_clinic)
    asked = await house.db.read(lambda db: db.scalars(select(Measure).where(Measure.week.is_not(None))))
    rows = sorted(asked, key=lambda one: one.week)
    assert [row.finished_at is not None for row in rows] == [True, True, True, False]
    patient_id = rows[0].patient_id
    (found,) = await results_of(house, clinic.id, patient_id)
    assert [one.result.total for one in found.taken if one.finished] == [14, 12, 7]
    results = (await client.get(f"/staff/patients/{patient_id}/measures")).text
    assert "Asked this week, not answered yet" in results


async def test_a_folder_with_a_clinic_is_left_alone(client: httpx2.AsyncClient, house: House) -> None:
    await seeding.seed(house)
    with pytest.raises(seeding.NotEmpty):
        await seeding.seed(house)


async def test_who_waits_in_it_is_here_however_long_one_looks_around(
    client: httpx2.AsyncClient, house: House, clock: Clock
) -> None:
    await seeding.seed(house)
    waits = await house.db.read(visits.waiting_without_page)
    assert waits

    async def away() -> set[bool]:
        found = [await house.db.read(lambda db, one=one: visits.visit_by_id(db, one)) for one in waits]
        return {is_away(visit, clock.now) for visit in found}

    clock.forward(minutes=20)
    assert await away() == {True}
    await say_they_wait(house)
    assert await away() == {False}


async def test_who_stepped_away_in_it_is_not_said_to_be_here(house: House, client: httpx2.AsyncClient) -> None:
    await seeding.seed(house)
    (one, *_) = await house.db.read(visits.waiting_without_page)

    async def leave(db):
        visit = await visits.visit_by_id(db, one)
        card = await booking_for_visit(db, visit.booking_id)
        await visits.move(db, card, visit, Event.LEAVE, State.WAITING, visits.By("patient", None), house.clock())

    await house.db.unit(leave)
    assert one not in await house.db.read(visits.waiting_without_page)


@pytest.mark.parametrize("weekday", range(7))
async def test_nobody_in_it_comes_on_a_day_without_hours(weekday: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 9 + weekday, 11, 30, tzinfo=UTC)
    slots = week(zone, now)
    assert {slot.starts_at.weekday() for slot in slots} <= set(range(5))
    assert len({(slot.therapist, slot.starts_at) for slot in slots}) == len(slots), "nobody is booked twice"
    assert working_day(now, 5) - now <= timedelta(days=7)
