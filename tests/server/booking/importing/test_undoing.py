"""A file taken back: what nobody has used is gone with its keys, the rest stays and is named."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking import desk, store
from server.booking.desk import Made
from server.booking.holding import store as holds
from server.booking.holding.keeping import keep
from server.booking.holding.rules import Kept
from server.booking.importing import store as imports
from server.booking.importing import undoing
from server.booking.rules import BookingCard, Refused, Wish
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink, Claim
from server.booking.waitlist import offering
from server.clinic import store as clinics
from server.house import House
from server.keys import WrappedKey
from server.patients import finding
from server.patients.tables import Patient
from tests.server.booking.grouping.test_keeping import choice
from tests.server.booking.grouping.test_store import join
from tests.server.booking.importing.files import ENGLISH, bring_in, send
from tests.server.booking.importing.test_writing import begin, staged
from tests.server.booking.linden import THURSDAY, Linden, seed
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


GROUP = b"Name,Email,Date,Time,Therapist,Service\nKim Berg,kim@example.org,2026-04-01,13:00,Mara Lind,A session"
AT = datetime(2026, 4, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("ends", ["over", "let go"])
async def test_the_time_of_a_group_is_free_once_the_form_that_keeps_a_place_in_it_is_gone(
    either_house: House, ends: str
) -> None:
    house = either_house
    linden = await seed(house)
    linden = replace(linden, session=replace(linden.session, seats=3))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, linden.session, house.clock()))
    import_id = await staged(house, linden, GROUP)
    assert await begin(house, linden, import_id)
    file = await house.db.read(lambda db: imports.file_of(db, linden.clinic.id, import_id))
    assert file
    form = choice(house, linden, "a form", AT)
    assert isinstance(await keep(house, form), Kept)
    assert await undoing.take_back(house, linden.clinic, file, By("staff", file.made_by))
    assert isinstance(await join(house, linden, "early", AT, service=linden.first), Refused)
    if ends == "over":
        house.clock.forward(hours=5)
    else:
        now = house.clock()
        await house.db.unit(lambda db: holds.end(db, form.form_id, now))
    assert isinstance(await join(house, linden, "alone", AT, service=linden.first), Made)


async def test_who_cancelled_keeps_no_time_of_a_group_that_is_taken_back(client, house: House, linden) -> None:
    linden = replace(linden, session=replace(linden.session, seats=3))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, linden.session, house.clock()))
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, GROUP)
    made = await join(house, linden, "Jo", AT)
    assert isinstance(made, Made)
    assert await desk.cancel(house, linden.clinic, made.card, By("patient", made.card.patient_id))
    await client.post(f"{address}/undo")
    assert (await figures(house))[3:] == [1, 0]
