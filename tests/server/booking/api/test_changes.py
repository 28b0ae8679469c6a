"""A booking that stands, over the API: who may read, move and cancel it, and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from server.access import KeyScope
from server.audit.tables import AuditEntry
from server.booking import store as bookings
from server.booking.said import late_place
from server.clinic import store as clinics
from server.crypto import unseal
from server.house import House
from server.outbox import OutboxRow
from tests.server.booking.api.programs import BOOKINGS, a_key, bearer, reasons, wish
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
LATER = {"start": "2026-03-12T12:00:00Z"}


async def made(program: httpx2.AsyncClient, linden: Linden, **changes: Any) -> tuple[str, dict[str, str]]:
    """Where a new booking is, and the header of who holds its token."""
    answer = await program.post(BOOKINGS, json=wish(linden, **changes))
    assert answer.status_code == 201
    return answer.headers["location"], bearer(answer.json()["token"])


async def actions(house: House) -> list[tuple[str, str]]:
    rows = await house.db.read(lambda db: db.execute(select(AuditEntry.action, AuditEntry.actor_kind)))
    return [(action, kind) for action, kind in rows if action.startswith("booking.")]


async def test_who_holds_the_token_reads_moves_and_cancels(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    where, mine = await made(program, linden)
    read = (await program.get(where, headers=mine)).json()
    assert (read["start"], read["status"], read["therapist"]) == ("2026-03-12T08:30:00Z", "booked", "mara-lind")
    assert read["change_until"] == "2026-03-11T08:30:00Z"
    moved = await program.post(f"{where}/move", json=LATER, headers=mine)
    assert (moved.status_code, moved.json()["start"], moved.json()["sequence"]) == (200, LATER["start"], 1)
    ended = await program.post(f"{where}/cancel", headers=mine)
    assert (ended.status_code, ended.json()["status"], ended.json()["sequence"]) == (200, "cancelled", 2)
    assert (await program.get(where, headers=mine)).json() == ended.json()
    assert await actions(house) == [(f"booking.{act}", "patient") for act in ("made", "moved", "cancelled")]
    assert len((await house.db.read(lambda db: db.scalars(select(OutboxRow.id)))).all()) == 6


async def test_both_are_safe_to_repeat(program: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    where, mine = await made(program, linden)
    for _ in range(2):
        assert (await program.post(f"{where}/move", json=LATER, headers=mine)).json()["sequence"] == 1
    for _ in range(2):
        assert (await program.post(f"{where}/cancel", headers=mine)).json()["sequence"] == 2
    assert len(await actions(house)) == 3


async def test_a_token_opens_its_own_booking_alone(program: httpx2.AsyncClient, linden: Linden) -> None:
    where, mine = await made(program, linden)
    other, theirs = await made(program, linden, **LATER)
    assert (await program.get(other, headers=mine)).status_code == 404
    assert (await program.post(f"{other}/cancel", headers=mine)).status_code == 404
    assert (await program.get(other, headers=theirs)).json()["status"] == "booked"
    assert (await program.get(where.replace("linden", "elsewhere"), headers=mine)).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer x", "Bearer plk_x", "Basic eDp5", "Bearer \u00fc"])
async def test_who_shows_nothing_that_opens_is_told_so(program: httpx2.AsyncClient, linden: Linden, shown: str) -> None:
    where, _ = await made(program, linden)
    headers = {"authorization": shown.encode()} if shown else {}
    for answer in (
        await program.get(where, headers=headers),
        await program.post(f"{where}/move", json=LATER, headers=headers),
        await program.post(f"{where}/cancel", headers=headers),
        await program.get(BOOKINGS, headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_after_the_deadline_the_patient_cannot_and_the_clinics_key_can(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    where, mine = await made(program, linden)
    key = await a_key(house, linden, KeyScope.WRITE)
    clock.now = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
    for path, body in (("move", LATER), ("cancel", {})):
        late = await program.post(f"{where}/{path}", json=body, headers=mine)
        assert (late.status_code, late.json()["reason"]) == (409, "too_late")
    assert (await program.post(f"{where}/move", json=LATER, headers=key)).status_code == 200
    assert (await program.post(f"{where}/cancel", headers=key)).json()["status"] == "cancelled"
    assert (await actions(house))[1:] == [("booking.moved", "key"), ("booking.cancelled", "key")]
    again = await program.post(f"{where}/move", json={"start": "2026-03-13T12:00:00Z"}, headers=key)
    assert (again.status_code, again.json()["reason"]) == (409, "cancelled")


async def test_where_one_may_cancel_late_a_program_says_why_as_the_page_does(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    clinic = replace(linden.clinic, policy=replace(linden.clinic.policy, late_cancel=True))
    await house.db.unit(lambda db: clinics.change_clinic(db, clinic, None))
    where, mine = await made(program, linden)
    clock.now = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
    for sent, told in (
        ({}, "late_reason_missing"),
        ({"reason": " "}, "late_reason_missing"),
        ({"reason": "x" * 4000}, "reason_long"),
        ({"reason": ["ill"]}, "not_text"),
    ):
        answer = await program.post(f"{where}/cancel", json=sent, headers=mine)
        assert (answer.status_code, reasons(answer)) == (422, {"reason": told})
    once = mine | {"idempotency-key": "one-word"}
    for _ in range(2):
        ended = await program.post(f"{where}/cancel", json={"reason": "I am ill"}, headers=once)
        assert (ended.status_code, ended.json()["status"]) == (200, "cancelled")
    assert "ill" not in ended.text
    card = await house.db.read(lambda db: bookings.booking_for_visit(db, ended.json()["id"]))
    assert card
    late, sealed = await house.db.read(lambda db: bookings.late_reason_of(db, card.id))
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    assert late
    assert sealed
    assert unseal(key, sealed, late_place(card.clinic_id, card.patient_id, card.id)) == "I am ill"


async def test_a16_what_has_begun_is_changed_by_nobody(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    where, mine = await made(program, linden)
    clock.now = datetime(2026, 3, 12, 8, 31, tzinfo=UTC)
    for headers in (mine, await a_key(house, linden, KeyScope.WRITE)):
        answer = await program.post(f"{where}/cancel", headers=headers)
        assert (answer.status_code, answer.json()["reason"]) == (409, "started")


async def test_a_move_to_a_taken_time_says_what_is_free(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    where, mine = await made(program, linden)
    await booked(house, linden, datetime(2026, 3, 12, 12, 0, tzinfo=UTC), name="Secret Person")
    answer = await program.post(f"{where}/move", json=LATER, headers=mine)
    assert (answer.status_code, answer.json()["reason"]) == (409, "taken")
    assert answer.json()["next_free"][0]["start"] == "2026-03-12T13:00:00Z"
    assert (await program.get(where, headers=mine)).json()["sequence"] == 0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, {"start": "missing"}),
        ({"start": 5}, {"start": "not_a_moment"}),
        ({"start": "soon"}, {"start": "not_a_moment"}),
        ({"start": "2026-03-12T12:07:00Z"}, {"start": "not_offered"}),
        ({"start": "2026-03-09T09:30:00Z"}, {"start": "too_soon"}),
    ],
)
async def test_a_move_to_no_time_of_ours_is_422(
    program: httpx2.AsyncClient, linden: Linden, body: dict[str, Any], told: dict[str, str]
) -> None:
    where, mine = await made(program, linden)
    answer = await program.post(f"{where}/move", json=body, headers=mine)
    assert answer.status_code == 422
    assert reasons(answer) == told


async def test_what_nobody_confirmed_yet_is_taken_back_by_who_asked(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    asks = replace(linden.session, asks=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, asks, house.clock()))
    where, mine = await made(program, linden)
    assert (await program.get(where, headers=mine)).json()["status"] == "asked"
    ended = await program.post(f"{where}/cancel", headers=mine)
    assert (ended.status_code, ended.json()["status"]) == (200, "cancelled")


async def test_a_key_moves_without_the_notice_that_patients_keep(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    where, _ = await made(program, linden)
    soon = {"start": "2026-03-09T09:30:00Z"}
    moved = await program.post(f"{where}/move", json=soon, headers=await a_key(house, linden, KeyScope.WRITE))
    assert (moved.status_code, moved.json()["start"]) == (200, soon["start"])
