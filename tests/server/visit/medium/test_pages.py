"""Down to the phone and back: same visit, same clock, both pages agree, and every call that was tried stands there."""

from typing import Any

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House
from server.visit.rooms import may_stay
from server.visit.rules import Part
from server.visit.store import raise_epoch, visit_of
from tests.server.conftest import Clock
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


async def choose(browser: Browser, url: str, medium: str, **more: Any) -> Any:
    return await browser.post(f"{url}/medium", data={"medium": medium, **more}, headers=JSON)


async def in_session(jo: Jo, mara: Browser, **said: str) -> None:
    await jo.arrive(**said)
    await mara.post(f"{jo.staff_url}/admit")


async def audited(house: House, action: str) -> list[dict[str, Any]]:
    rows = await house.db.read(lambda db: db.scalars(select(AuditEntry).where(AuditEntry.action == action)))
    return [row.detail for row in rows]


async def test_either_side_goes_down_to_the_phone_and_one_press_brings_video_back(
    jo: Jo, mara: Browser, house: House
) -> None:
    await in_session(jo, mara)
    assert (await choose(jo.browser, jo.url, "phone")).json() == {"medium": "phone", "number": 1}
    assert "Your session goes on by phone" in await jo.page()
    lead = (await mara.get(jo.staff_url)).text
    assert "You are in the session with Jo, by phone" in lead
    assert 'href="tel:5550142"' in lead
    back = await mara.post(f"{jo.staff_url}/medium", data={"medium": "video"})
    assert (back.status_code, back.headers["location"]) == (303, jo.staff_url)
    assert "by phone</h1>" not in (await mara.get(jo.staff_url)).text
    assert "Your session goes on by phone" not in await jo.page()
    assert await audited(house, "visit.medium") == [
        {"from": "video", "to": "phone"},
        {"from": "phone", "to": "video"},
    ]


async def test_the_room_reads_it_with_the_same_clock_after_a_restart_as_before(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await in_session(jo, mara)
    clock.forward(minutes=12)
    await choose(mara, jo.staff_url, "phone")
    visit = await house.db.read(lambda db: visit_of(db, jo.made.card.id))
    assert visit
    peer, epoch = await house.db.unit(lambda db: raise_epoch(db, visit.id, Part.PATIENT, jo.made.card.patient_id))
    place = await may_stay(house, visit.id.hex, peer.hex, epoch)
    assert place
    assert (place.state, place.turn.medium, place.turn.number, place.turn.by_kind) == ("live", "phone", 1, "staff")
    assert place.since == visit.started_at == visit.admitted_at


async def test_the_patient_reads_who_calls_them_where_and_the_number_of_the_clinic(jo: Jo, mara: Browser) -> None:
    await in_session(jo, mara)
    await choose(mara, jo.staff_url, "phone")
    page = await jo.page()
    assert "Mara calls you" in page
    assert "555 0142" in (await jo.browser.get(f"{jo.url}/phone")).text
    await mara.post(f"{jo.staff_url}/check/number", data={"text": "555 0177", "over": "0"})
    for browser, url in ((jo.browser, jo.url), (mara, jo.staff_url)):
        page = (await browser.get(f"{url}/phone")).text
        assert "555 0177" in page, "a number that was put right in the session is the one of today"
        assert "555 0142" not in page


async def test_who_named_no_number_is_asked_to_call_the_clinic(jo: Jo, mara: Browser) -> None:
    await in_session(jo, mara, number="none today")
    await choose(jo.browser, jo.url, "phone")
    page = (await jo.browser.get(f"{jo.url}/phone")).text
    assert "Call the clinic" in page
    assert 'href="tel:' in page
    assert "Jo named no number that can be dialled." in (await mara.get(f"{jo.staff_url}/phone")).text


async def test_a_call_that_was_tried_stands_on_the_page_and_in_the_audit(jo: Jo, mara: Browser, house: House) -> None:
    await in_session(jo, mara)
    noted = {"number": "today", "outcome": "no_answer", "once": "0"}
    answer = await mara.post(f"{jo.staff_url}/phone-tries", data=noted)
    assert answer.headers["location"] == f"{jo.staff_url}#by-phone"
    for url in (jo.staff_url, f"{jo.staff_url}/phone"):
        page = " ".join((await mara.get(url)).text.split())
        assert "<time>14:50</time> <span>no answer, number of today. Mara Lind</span>" in page
    assert await audited(house, "visit.phone_try") == [{"number": "today", "outcome": "no_answer"}]
    assert "no answer" not in await jo.page()
    await mara.post(f"{jo.staff_url}/end")
    assert "no answer, number of today" in (await mara.get(jo.staff_url)).text


async def test_no_choice_before_the_door_or_after_the_end_and_none_of_nothing(jo: Jo, mara: Browser) -> None:
    assert (await choose(jo.browser, jo.url, "phone")).status_code == 409
    await in_session(jo, mara)
    assert (await choose(jo.browser, jo.url, "smoke")).status_code == 422
    assert (await choose(jo.browser, jo.url, "text", seen="0")).status_code == 200
    assert (await choose(mara, jo.staff_url, "phone", seen="0")).status_code == 409, "somebody chose since"
    await mara.post(f"{jo.staff_url}/end")
    assert (await choose(mara, jo.staff_url, "video")).status_code == 409


async def test_nobody_else_chooses_or_reads_the_number(jo: Jo, mara: Browser, samir: Browser) -> None:
    await in_session(jo, mara)
    for url in (f"{jo.staff_url}/medium", f"{jo.staff_url}/phone-tries"):
        assert (await samir.post(url, data={"medium": "phone"})).status_code == 404
    assert (await samir.get(f"{jo.staff_url}/phone")).status_code == 404
