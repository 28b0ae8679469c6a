"""A file taken back: what nobody has used is gone with its keys, the rest stays and is named."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking import desk, store
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink, Claim
from server.booking.waitlist import offering
from server.house import House
from server.keys import WrappedKey
from server.patients import finding
from server.patients.tables import Patient
from tests.server.booking.importing.files import ENGLISH, bring_in, send
from tests.server.booking.linden import THURSDAY, Linden
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio


async def figures(house: House) -> list[int]:
    async def work(db: AsyncSession) -> list[int]:
        tables = (Patient, Booking, BookingLink, Appointment, Claim)
        return [await db.scalar(select(func.count()).select_from(row)) or 0 for row in tables]

    return await house.db.read(work)


async def keys(house: House) -> int:
    asked = select(func.count()).where(WrappedKey.kind == "patient")
    return await house.keys.database.read(lambda db: db.scalar(asked)) or 0


async def card_at(house: House, linden: Linden, hour: int) -> BookingCard:
    day = THURSDAY.replace(hour=0, minute=0)
    cards = await house.db.read(
        lambda db: store.bookings_between(db, linden.clinic.id, None, day, day.replace(hour=23))
    )
    return next(card for card in cards if card.starts_at.hour == hour)


async def test_nothing_is_left_of_what_nobody_used_and_it_may_come_in_again(client, house: House, linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH)
    assert await figures(house) == [2, 3, 3, 3, 3]
    assert (await client.post(f"{address}/undo")).status_code == 303
    assert await figures(house) == [0, 0, 0, 0, 0]
    assert await keys(house) == 0
    assert "list.csv was taken back" in (await client.get(address)).text
    again = await send(client, ENGLISH)
    assert again != address
    assert "Import 3 rows" in (await client.get(again)).text
    await house.outbox.run_due()
    assert house.mailer.sent == []
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert (actions.count("booking.removed"), actions.count("import.undone")) == (3, 1)


async def test_what_was_moved_since_stays_with_its_patient_and_is_named(client, house: House, linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH)
    card = await card_at(house, linden, 10)  # Kim with Samir at 11:00 in Berlin
    wish = Wish(THURSDAY.replace(hour=13, minute=0), card.therapist_id)
    assert await desk.move(house, linden.clinic, card, wish, By("staff")) is None
    await client.post(f"{address}/undo")
    assert await figures(house) == [1, 1, 1, 1, 1]
    page = await client.get(address)
    assert "These stay, because something of theirs was used since" in page.text
    assert "Kim Berg" in page.text
    assert [one.name for one in await finding.find(house, linden.clinic.id, "kim", "DE")] == ["Kim Berg"]


async def test_who_was_told_is_told_again_and_stays(client, house: House, linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH, telling="now")
    await house.outbox.run_due()
    house.mailer.sent.clear()
    await client.post(f"{address}/undo")
    await house.outbox.run_due()
    assert ["cancelled" in letter.subject for letter in house.mailer.sent] == [True, True]
    assert (await figures(house))[::4] == [2, 0]


async def test_after_a_day_it_stays(client, house: House, linden, clock) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH)
    clock.forward(days=1, minutes=1)
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert "Take all of it back" not in (await client.get(address)).text
    await client.post(f"{address}/undo")
    assert await figures(house) == [2, 3, 3, 3, 3]


async def test_what_a_file_held_may_be_had_by_who_waits_as_soon_as_it_is_taken_back(
    client, house: House, linden, monkeypatch
) -> None:
    looked: list[UUID] = []

    async def backfill(_house: House, clinic_id: UUID) -> None:
        looked.append(clinic_id)

    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH)
    await house.outbox.run_due()
    monkeypatch.setattr(offering, "backfill", backfill)
    await client.post(f"{address}/undo")
    await house.outbox.run_due()
    assert set(looked) == {linden.clinic.id}
