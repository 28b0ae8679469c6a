"""A program that books brings what the service asks: named among the services, sealed, and demanded only if it must."""

import httpx2
import pytest
from sqlalchemy import event

from server.booking import store as bookings
from server.booking.intake import store
from server.booking.intake.rules import Stage
from server.booking.intake.sealed import open_answers
from server.house import House
from tests.server.booking.api.programs import BOOKINGS, CLINIC, reasons, wish
from tests.server.booking.intake.asked import AGREES, ALL, NAME, SLEEP, TRIED, ask
from tests.server.booking.linden import Linden

pytestmark = pytest.mark.asyncio
WHOLE = {NAME.id: "Jo", SLEEP.id: "Badly", TRIED.id: ["Talking"], AGREES.id: True}


async def sheet_of(house: House, public_id: str):
    async def work(db):
        return await store.sheet(db, await bookings.booking_for_visit(db, public_id))

    return await house.db.read(work)


async def test_services_name_their_questions(program: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await ask(house, linden.clinic.id, linden.session.id, at_booking=True)
    found = {one["id"]: one for one in (await program.get(f"{CLINIC}/services")).json()["services"]}
    asked = found[str(linden.session.id)]
    assert asked["questions_at_booking"] is True
    assert [one["id"] for one in asked["questions"]] == [one.id for one in ALL]
    assert asked["questions"][1] == {
        "id": SLEEP.id,
        "kind": "one",
        "ask": "How do you sleep?",
        "hint": "",
        "choices": ["Well", "Badly"],
        "labels": ["Well", "Badly"],
        "required": True,
    }
    assert (found[str(linden.first.id)]["questions"], found[str(linden.first.id)]["questions_at_booking"]) == (
        [],
        False,
    )
    clinic = (await program.get(CLINIC)).json()
    assert {one["id"]: one for one in clinic["services"]} == found


async def test_answers_that_come_with_a_booking_are_sealed_and_done(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await ask(house, linden.clinic.id, linden.session.id)
    made = (await program.post(BOOKINGS, json=wish(linden, answers=WHOLE))).json()
    sheet = await sheet_of(house, made["id"])
    assert (sheet.stage, sheet.own) == (Stage.DONE, True)
    key = await house.keys.patient(linden.clinic.id, sheet.row.patient_id)
    given = open_answers(key, linden.clinic.id, sheet.row.id, sheet.row.blob)
    assert given == {NAME.id: "Jo", SLEEP.id: "Badly", TRIED.id: ("Talking",), AGREES.id: "yes"}


async def test_without_a_demand_a_booking_stands_with_half_of_them_or_none(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await ask(house, linden.clinic.id, linden.session.id)
    half = (await program.post(BOOKINGS, json=wish(linden, answers={NAME.id: "Jo"}))).json()
    assert (await sheet_of(house, half["id"])).stage is Stage.HALF
    none = await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"))
    assert none.status_code == 201
    assert (await sheet_of(house, none.json()["id"])).stage is Stage.OPEN


async def test_a_service_that_demands_them_refuses_a_booking_without(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await ask(house, linden.clinic.id, linden.session.id, at_booking=True)
    without = await program.post(BOOKINGS, json=wish(linden))
    assert without.status_code == 422
    needed = {f"answers.{one.id}": "missing" for one in (NAME, SLEEP, AGREES)}
    assert reasons(without) == needed
    half = await program.post(BOOKINGS, json=wish(linden, answers={**WHOLE, SLEEP.id: "Sometimes", AGREES.id: False}))
    assert reasons(half) == {f"answers.{SLEEP.id}": "unknown", f"answers.{AGREES.id}": "missing"}
    assert (await program.post(BOOKINGS, json=wish(linden, answers=WHOLE))).status_code == 201


async def test_answers_to_a_service_that_asks_nothing_are_not_looked_at(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await program.post(BOOKINGS, json=wish(linden, answers={"q": 7}))
    assert made.status_code == 201
    assert await sheet_of(house, made.json()["id"]) is None


async def test_a_booking_whose_service_asks_nothing_reads_nothing_of_questions(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    asked: list[str] = []
    for engine in house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert (await program.post(BOOKINGS, json=wish(linden))).status_code == 201
    assert not [text for text in asked if "intake_forms" in text or "intake_answers" in text]
