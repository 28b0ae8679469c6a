"""Cancelling after the deadline: asked why, told what the clinic says, and read by the therapist alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking import desk
from server.booking.deadlines import Change, deadline, last_word, may_cancel, may_move
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Cancellation
from server.clinic import store as clinics
from server.clinic.rules import DEFAULT_POLICY
from server.crypto import unseal
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.booking.test_changes import card_of, own
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
WORDS = "We may charge for a time that nobody can take any more."
WHY = "My child is ill"
LATE = THURSDAY - timedelta(hours=3)


async def let_cancel(house: House, linden: Linden, **service: Any) -> None:
    clinic = replace(linden.clinic, policy=replace(linden.clinic.policy, late_cancel=True), late_words=WORDS)
    await house.db.unit(lambda db: clinics.change_clinic(db, clinic, None))
    if service:
        changed = replace(linden.session, **service)
        await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, changed, house.clock()))


async def cancelled(house: House) -> list[Cancellation]:
    return list(await house.db.read(lambda db: db.scalars(select(Cancellation))))


async def test_before_the_deadline_nobody_is_asked(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await let_cancel(house, linden)
    card = await own(client, house, linden)
    page = (await client.get(f"/visit/{card.public_id}/cancel")).text
    assert WORDS not in page
    assert "<textarea" not in page
    assert (await client.post(f"/visit/{card.public_id}/cancel", data={"was": "0"})).status_code == 303
    [row] = await cancelled(house)
    assert (row.late, row.reason_sealed) == (False, None)


async def test_after_it_the_page_asks_why_and_says_what_the_clinic_says(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await let_cancel(house, linden)
    card = await own(client, house, linden)
    clock.now = LATE
    url = f"/visit/{card.public_id}"
    own_page = (await client.get(url)).text
    assert "You can still cancel; the page asks why." in own_page
    assert f'href="{url}/cancel"' in own_page
    assert f'href="{url}/move"' not in own_page
    page = (await client.get(f"{url}/cancel")).text
    assert WORDS in page
    assert "until 24 hours before" in page
    without = await client.post(f"{url}/cancel", data={"was": "0", "reason": "  "})
    assert without.status_code == 422
    assert "Say in a few words why." in without.text
    long = await client.post(f"{url}/cancel", data={"was": "0", "reason": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    assert await cancelled(house) == []
    for _ in range(2):
        answer = await client.post(f"{url}/cancel", data={"was": "0", "reason": WHY})
        assert (answer.status_code, answer.headers["location"]) == (303, url)
    [row] = await cancelled(house)
    assert row.late
    assert row.reason_sealed
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    place = desk.late_place(card.clinic_id, card.patient_id, card.id)
    assert unseal(key, row.reason_sealed, place) == WHY
    entries = await house.db.read(lambda db: db.scalars(select(AuditEntry)))
    [entry] = [one for one in entries if one.action == "booking.cancelled"]
    assert entry.detail == {"late": True}


async def test_why_is_for_the_therapist_and_that_it_was_late_for_the_desk_too(
    app: Starlette, house: House, linden: Linden, clock: Clock
) -> None:
    made = await booked(house, linden)
    clock.now = LATE
    assert await desk.cancel(house, linden.clinic, made.card, By("patient"), WHY)
    url = f"/staff/bookings/{made.card.public_id}"
    async with browser_on(app) as mara, browser_on(app) as front:
        await sign_in_as(mara, house, linden)
        await sign_in_as(front, house, linden, Role.FRONT_DESK)
        for_mara, for_desk = (await mara.get(url)).text, (await front.get(url)).text
    assert "Cancelled late" in for_mara
    assert WHY in for_mara
    assert "Cancelled late" in for_desk
    assert WHY not in for_desk


async def test_where_the_clinic_wants_a_call_the_page_still_asks_for_one(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    clock.now = LATE
    answer = await client.post(f"/visit/{card.public_id}/cancel", data={"was": "0", "reason": WHY})
    assert answer.status_code == 409
    assert await cancelled(house) == []


async def test_who_cannot_move_any_more_is_shown_the_way_to_cancel(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await let_cancel(house, linden)
    card = await own(client, house, linden)
    clock.now = LATE
    page = (await client.get(f"/visit/{card.public_id}/move")).text
    assert "It is too late to move this time here" in page
    assert f'href="/visit/{card.public_id}/cancel"' in page


async def test_a_service_may_have_a_deadline_of_its_own(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await let_cancel(house, linden, change_until=timedelta(hours=2))
    card = await own(client, house, linden)
    assert (await card_of(house, card)).change_minutes == 120
    assert "until 2 hours before" in (await client.get(f"/c/linden?service={linden.session.id}")).text
    assert "until 24 hours before" in (await client.get(f"/c/linden?service={linden.first.id}")).text
    clock.now = LATE
    assert WORDS not in (await client.get(f"/visit/{card.public_id}/cancel")).text
    assert f'href="/visit/{card.public_id}/move"' in (await client.get(f"/visit/{card.public_id}")).text
    clock.forward(hours=1, minutes=1)
    assert WORDS in (await client.get(f"/visit/{card.public_id}/cancel")).text


@pytest.mark.parametrize(
    ("minutes", "late_cancel", "move", "cancel"),
    [
        (None, False, Change.TOO_LATE, Change.TOO_LATE),
        (None, True, Change.TOO_LATE, Change.LATE),
        (60, True, Change.ALLOWED, Change.ALLOWED),
        (60, False, Change.ALLOWED, Change.ALLOWED),
        (48 * 60, True, Change.TOO_LATE, Change.LATE),
    ],
)
async def test_the_deadline_in_rules(minutes: int | None, late_cancel: bool, move: Change, cancel: Change) -> None:
    ids = dict.fromkeys(("id", "clinic_id", "appointment_id", "service_id", "therapist_id", "patient_id"), UUID(int=1))
    times = {"starts_at": THURSDAY, "ends_at": THURSDAY, "made_at": THURSDAY, "cancelled_at": None, "moved_from": None}
    words = {"public_id": "a", "service_name": "b", "therapist_name": "c", "for_whom": "me"}
    card = BookingCard(**ids, **times, **words, minutes=50, sequence=0, change_minutes=minutes)  # type: ignore[arg-type]
    policy = replace(DEFAULT_POLICY, late_cancel=late_cancel)
    assert (may_move(card, policy, LATE), may_cancel(card, policy, LATE)) == (move, cancel)
    assert may_cancel(card, policy, THURSDAY) is Change.STARTED
    assert may_cancel(replace(card, cancelled_at=LATE), policy, LATE) is Change.CANCELLED
    assert last_word(card, THURSDAY, policy, LATE) is (deadline(card, policy) > timedelta(hours=3))
