"""The therapist's side: the day, the queue, the decisions, and what each of them leaves behind."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.audit.tables import AuditEntry
from server.house import House
from server.visit.tables import Visit, VisitEvent
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import HERE, START, Browser, Browsers, Jo, signed_in

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


async def count(house: House, *asked) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).where(*asked)))


async def state(house: House) -> str:
    return await house.db.read(lambda db: db.scalar(select(Visit.state)))


async def test_the_day_shows_who_waits_and_is_one_row_in_the_audit(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await jo.arrive()
    clock.forward(minutes=4)
    await jo.page()
    day = await mara.get("/staff")
    assert day.status_code == 200
    assert "Jo Almeida" in day.text
    assert "4 min" in day.text
    assert "First visit." in day.text
    assert f'action="{jo.staff_url}/admit" data-admit-next' in day.text
    seen = await house.db.read(lambda db: db.scalars(select(AuditEntry).where(AuditEntry.action == "day.viewed")))
    assert [row.detail for row in seen] == [{"patients": 1}]
    await mara.get("/staff/day/waiting")
    assert await count(house, AuditEntry.action.in_(["day.viewed", "waiting.viewed"])) == 1


async def test_an_arrival_that_a_page_fetches_later_stands_in_the_audit_once(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await mara.get("/staff")
    await jo.arrive()
    for _ in range(3):
        clock.forward(seconds=6)
        assert "Jo Almeida" in (await mara.get("/staff/day/waiting")).text
    assert await count(house, AuditEntry.action == "waiting.viewed") == 1


async def test_the_patient_is_told_that_mara_knows_only_once_her_page_showed_it(
    jo: Jo, mara: Browser, desk: Browser, clock: Clock
) -> None:
    await jo.arrive()
    assert "You are in the waiting room</h1>" in await jo.page()
    await mara.get("/staff/day/waiting?hidden=1")
    assert "You are in the waiting room</h1>" in await jo.page(), "a tab nobody looks at shows nobody"
    await desk.get("/staff/day/waiting")
    clock.forward(seconds=4)
    page = await jo.page()
    assert "The clinic knows you are here" in page
    assert "4 seconds ago" in page
    await mara.get("/staff/day/waiting")
    assert "Mara knows you are here" in await jo.page()


async def test_the_front_desk_sees_the_queue_without_the_decisions(jo: Jo, desk: Browser, house: House) -> None:
    await jo.arrive()
    day = await desk.get("/staff")
    assert "Jo Almeida" in day.text
    assert "waits for Mara Lind" in day.text
    assert "/admit" not in day.text
    for step in ("admit", "hold", "send-back", "end", "outcome", "note", "ticket", "reopen"):
        assert (await desk.post(f"{jo.staff_url}/{step}")).status_code == 403
    assert (await desk.get(jo.staff_url)).status_code == 403
    assert await state(house) == "waiting"


async def test_a_patient_or_stranger_or_colleague_leads_nothing(jo: Jo, samir: Browser, app, house: House) -> None:
    await jo.arrive()
    for step in ("admit", "hold", "send-back", "end", "outcome", "note", "ticket", "reopen"):
        assert (await jo.browser.post(f"{jo.staff_url}/{step}")).status_code == 403
        assert (await samir.post(f"{jo.staff_url}/{step}", data={"outcome": "attended"})).status_code == 404
        async with browser_on(app) as stranger:
            assert (await stranger.post(f"{jo.staff_url}/{step}")).status_code == 401
    assert (await samir.get(jo.staff_url)).status_code == 404
    assert "Jo Almeida" not in (await samir.get("/staff")).text
    assert await state(house) == "waiting"


async def test_admit_twice_is_one_event_and_the_page_shows_place_number_and_contact(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await jo.arrive()
    for _ in range(2):
        answer = await mara.post(f"{jo.staff_url}/admit", headers=JSON)
        assert answer.json()["state"] == "in_session"
    assert await count(house, VisitEvent.kind == "admitted") == 1
    assert await count(house, AuditEntry.action == "visit.admit") == 1
    page = await mara.get(jo.staff_url)
    assert all(value in page.text for value in HERE.values())


async def test_hold_send_back_and_end_each_tell_the_patient(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/hold")
    assert "Mara is away for a moment" in await jo.page()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/send-back")
    assert "in the waiting room since" in await jo.page()
    await mara.post(f"{jo.staff_url}/admit")
    ended = await mara.post(f"{jo.staff_url}/end")
    assert ended.status_code == 303
    page = await jo.page()
    assert "Thank you for coming, Jo" in page
    assert "Be kind to yourself today." in page
    assert "Book the next time" in page


async def test_what_has_moved_on_is_said_and_changes_nothing(jo: Jo, mara: Browser, house: House) -> None:
    assert (await mara.post(f"{jo.staff_url}/admit", headers=JSON)).status_code == 409
    page = await mara.post(f"{jo.staff_url}/admit")
    assert page.status_code == 409
    assert "Nothing was changed." in page.text
    assert await count(house, VisitEvent.id.is_not(None)) == 0


async def test_after_the_end_the_therapist_notes_how_it_went(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    assert "How did it go?" in (await mara.get(jo.staff_url)).text
    empty = await mara.post(f"{jo.staff_url}/outcome", data={})
    assert empty.status_code == 422
    assert "Choose one of the three." in empty.text
    assert (await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "ended_early"})).status_code == 303
    assert "Noted: ended early." in (await mara.get(jo.staff_url)).text
    assert "ended early" in (await mara.get("/staff")).text
    assert await house.db.read(lambda db: db.scalar(select(Visit.outcome))) == "ended_early"
    way = re.search(r'href="(/staff/bookings/new[^"]*)"', (await mara.get(jo.staff_url)).text)
    assert way
    assert "Jo Almeida" in (await mara.get(html.unescape(way[1]))).text, "the next booking knows whom it is for"


async def test_a_no_show_can_be_taken_back_when_the_patient_comes_after_all(
    jo: Jo, mara: Browser, clock: Clock
) -> None:
    clock.now = START + timedelta(minutes=1)
    await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "no_show"})
    assert "This time has passed" in await jo.page()
    await mara.post(f"{jo.staff_url}/reopen")
    assert (await jo.arrive()).status_code == 303
    assert "in the waiting room since" in await jo.page()


async def test_an_end_by_mistake_puts_the_patient_back_with_the_same_clock(
    jo: Jo, mara: Browser, clock: Clock, house: House
) -> None:
    await jo.arrive()
    before = await house.db.read(lambda db: db.scalar(select(Visit.arrived_at)))
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    clock.forward(minutes=1)
    await mara.post(f"{jo.staff_url}/reopen")
    assert "in the waiting room since" in await jo.page()
    assert await house.db.read(lambda db: db.scalar(select(Visit.arrived_at))) == before


async def test_an_idle_login_opens_the_visit_it_leads_and_nothing_else(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    clock.forward(minutes=40)
    assert (await mara.get(jo.staff_url)).status_code == 200
    assert (await mara.get("/staff")).status_code == 303, "to the sign-in"
    assert (await mara.post(f"{jo.staff_url}/end")).status_code == 303
    clock.forward(minutes=14)
    saved = await mara.post(f"{jo.staff_url}/note", data={"text": "a note", "version": "0"})
    assert saved.status_code == 303
    clock.forward(minutes=2)
    assert (await mara.get(jo.staff_url)).headers["location"].startswith("/staff/sign-in")


async def test_a_forgotten_login_does_not_wake_up_for_a_later_visit(
    jo: Jo, mara: Browser, house: House, browsers: Browsers, linden: Linden, clock: Clock
) -> None:
    """Mara signed in here and never out; now she leads a visit from another machine."""
    clock.forward(hours=-20)
    forgotten = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert (await forgotten.get("/staff")).status_code == 200
    clock.forward(hours=20)
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    assert (await mara.get(jo.staff_url)).status_code == 200
    assert (await forgotten.get(jo.staff_url)).headers["location"].startswith("/staff/sign-in")
    assert (await forgotten.post(f"{jo.staff_url}/ticket", headers=JSON)).status_code == 401


async def test_an_idle_login_outlasts_a_way_back_into_the_waiting_room(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    clock.forward(minutes=25)
    await mara.post(f"{jo.staff_url}/send-back")
    assert (await mara.get(jo.staff_url)).status_code == 200
    assert (await mara.post(f"{jo.staff_url}/admit")).headers["location"] == jo.staff_url
    clock.forward(hours=5)
    assert (await mara.get(jo.staff_url)).headers["location"].startswith("/staff/sign-in")


async def test_the_emergency_number_says_whose_country_it_is_of(jo: Jo, mara: Browser) -> None:
    page = (await mara.get(jo.staff_url)).text
    assert "Emergency number in Portugal" in page
    assert "Compare it with where they are now." in page


async def test_an_idle_login_outlasts_a_hold_in_its_visit(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    clock.forward(minutes=30)
    await mara.post(f"{jo.staff_url}/hold")
    await mara.post(f"{jo.staff_url}/admit")
    clock.forward(minutes=5)
    assert (await mara.get(jo.staff_url)).status_code == 200
