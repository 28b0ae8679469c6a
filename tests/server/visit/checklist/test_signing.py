"""Signing a visit: refused with the open lines named, then done, and what stands under a signature stays."""

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House
from server.visit.checklist.tables import VisitSigning
from server.visit.tables import Visit
from tests.server.conftest import Clock
from tests.server.visit.checklist.conftest import JSON, TEXAS, Give, answer, answer_all, meet_and_part
from tests.server.visit.conftest import START, Browser, Jo

pytestmark = pytest.mark.asyncio


async def signings(house: House) -> list[tuple[str, int, int]]:
    asked = select(VisitSigning.kind, VisitSigning.answered, VisitSigning.waived).order_by(VisitSigning.number)
    return [tuple(row) for row in await house.db.read(lambda db: db.execute(asked))]


async def sign(mara: Browser, jo: Jo):
    return await mara.post(f"{jo.staff_url}/sign")


async def test_open_lines_are_named_and_hold_the_signature(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await answer(mara, jo, "alone", word="yes", over="0")
    await meet_and_part(mara, jo)
    refused = await sign(mara, jo)
    assert refused.status_code == 409
    assert "Not signed yet." in refused.text
    assert 'href="#check-safe"' in refused.text
    assert 'href="#check-alone"' not in refused.text
    assert (await mara.post(f"{jo.staff_url}/sign", headers=JSON)).status_code == 409
    assert await signings(house) == []


async def test_answered_or_left_out_it_is_signed_once(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive(country="PT")
    await answer_all(mara, jo)
    await answer(mara, jo, "consent", how="waive", text="Asked last week", over="1")
    await meet_and_part(mara, jo)
    for _ in range(2):
        assert (await sign(mara, jo)).status_code == 303
    assert await signings(house) == [("signed", 9, 1)]
    page = (await mara.get(jo.staff_url)).text
    assert "Signed, Monday 9 March 2026" in page
    assert "9 lines answered, 1 left out with a reason" in page
    entries = await house.db.read(lambda db: db.scalars(select(AuditEntry).where(AuditEntry.action == "visit.signed")))
    assert [one.detail["answered"] for one in entries] == [9]


async def test_before_the_outcome_is_noted_there_is_nothing_to_sign(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await answer_all(mara, jo)
    assert (await sign(mara, jo)).status_code == 409
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    refused = await sign(mara, jo)
    assert "Note first how the visit went." in refused.text
    assert await signings(house) == []


async def test_an_undecided_place_holds_the_signature(jo: Jo, mara: Browser, house: House, licensed: Give) -> None:
    await licensed("PT")
    await jo.arrive(**TEXAS)
    await answer_all(mara, jo)
    await meet_and_part(mara, jo)
    refused = await sign(mara, jo)
    assert "a place your licences do not cover" in refused.text
    await mara.post(f"{jo.staff_url}/elsewhere", data={"how": "emergency", "text": "In danger", "over": "0"})
    assert (await sign(mara, jo)).status_code == 303
    assert await signings(house) == [("signed", 11, 0)]


async def test_whom_nobody_met_is_signed_without_answers(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    clock.now = START
    await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "no_show"})
    assert (await sign(mara, jo)).status_code == 303
    assert await signings(house) == [("signed", 0, 0)]


async def test_under_a_signature_nothing_changes_until_it_is_taken_back(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive(country="PT")
    await answer_all(mara, jo)
    await meet_and_part(mara, jo)
    await sign(mara, jo)
    assert (await answer(mara, jo, "alone", word="no", over="1")).status_code == 409
    note = await mara.post(f"{jo.staff_url}/note", data={"text": "late", "version": "0"}, headers=JSON)
    assert note.status_code == 409
    again = await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "ended_early"})
    assert again.status_code == 409
    assert "The visit is signed." in again.text
    assert await house.db.read(lambda db: db.scalar(select(Visit.outcome))) == "attended"
    assert (await mara.post(f"{jo.staff_url}/take-back", data={"reason": " "})).status_code == 422
    for _ in range(2):
        assert (await mara.post(f"{jo.staff_url}/take-back", data={"reason": "A line was wrong"})).status_code == 303
    assert (await answer(mara, jo, "alone", word="no", text="Her mother", over="1")).status_code == 200
    assert (await sign(mara, jo)).status_code == 303
    assert await signings(house) == [("signed", 10, 0), ("taken_back", 0, 0), ("signed", 10, 0)]
