"""What staff write down by hand while the same money moves by itself, on both engines, two nodes: counted once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import build_house
from server.booking import desk
from server.booking import store as bookings
from server.booking.paying import by_hand, checkouts, store
from server.booking.paying.payments import News, Opened, Paid
from server.booking.paying.receiving import receive, take
from server.booking.paying.rules import Ending, Kind, Standing, Voiding
from server.booking.paying.settling import CLOSE, booking_ended, settle, visit_over
from server.booking.store import By
from server.clinic.paying.rules import Way
from server.house import House
from server.outbox import Job, OutboxRow
from server.reading import Work
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.paying.priced import invoice_for, priced
from tests.server.conftest import Clock, settings_for

pytestmark = pytest.mark.asyncio
DESK = By("staff", uuid4())
HOURS = (0, 1, 4, 5, 6)
WAITS = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest_asyncio.fixture
async def two_nodes(either_house: House, clock: Clock) -> AsyncIterator[tuple[House, House]]:
    """The same records, by two programs."""
    other = build_house(either_house.settings, clock)
    yield either_house, other
    await other.db.close()
    await other.keys.database.close()


async def seen(house: House) -> tuple[Linden, list[UUID]]:
    """Five bookings for 90 euros, each with an open page of payment."""
    linden = await priced(house, await seed(house), Way.STRIPE)
    made = [await booked(house, linden, THURSDAY + timedelta(hours=at), name=f"P {at}") for at in HOURS]
    return linden, [one.card.id for one in made]


async def page_of(house: House, booking_id: UUID) -> UUID:
    async def work(db: AsyncSession) -> UUID:
        charge = await store.charge_of(db, booking_id, locked=True)
        assert charge
        begun = await checkouts.begin(db, charge, charge.amount, house.clock())
        await checkouts.opened(db, begun.id, Opened(f"cs_{begun.id}", "https://pay.example", begun.expires_at))
        return begun.id

    return await house.db.unit(work)


async def met(house: House, booking_id: UUID) -> UUID:
    """They met unpaid: there is an open invoice."""
    card = await house.db.read(lambda db: bookings.booking_for_visit(db, booking_id))
    assert card
    assert await house.db.unit(lambda db: visit_over(db, card, Ending.MET, house.clock()))
    invoice = await invoice_for(house, booking_id)
    assert invoice
    return invoice.id


def paid_by_stripe(linden: Linden, page_id: UUID, at: int) -> News:
    return News(f"evt_{at}", str(linden.clinic.id), Paid(page_id, 9000, "EUR", f"pi_{at}"))


async def test_paid_by_hand_and_by_stripe_at_once_one_goes_back(two_nodes: tuple[House, House]) -> None:
    one, two = two_nodes
    linden, ids = await seen(one)
    pages = [await page_of(one, booking_id) for booking_id in ids]
    invoices = [await met(one, booking_id) for booking_id in ids]

    async def by_hand_on(house: House, invoice_id: UUID, at: int) -> bool:
        wanted = by_hand.voided(Voiding.ELSEWHERE) if at == 4 else by_hand.paid
        clinic_id, now = linden.clinic.id, house.clock()
        return await house.db.unit(lambda db: by_hand.write(db, clinic_id, invoice_id, wanted, now, DESK))

    tries = []
    for at, (page_id, invoice_id) in enumerate(zip(pages, invoices, strict=True)):
        pair = [by_hand_on(two, invoice_id, at), receive(one, linden.clinic, paid_by_stripe(linden, page_id, at))]
        tries += pair if at % 2 else pair[::-1]
    await asyncio.gather(*tries)
    for at, booking_id in enumerate(ids):
        found = await invoice_for(one, booking_id)
        assert found
        owed = 0 if any(step.kind is Kind.VOIDED for step in found.steps) else 9000
        assert found.total(Kind.PAID) - found.leaving == owed, at
        assert {step.by for step in found.steps if step.kind is Kind.TO_RETURN} <= {f"pi_{at}"}


async def test_given_back_by_hand_and_by_itself_at_once_no_more_goes_than_came(two_nodes: tuple[House, House]) -> None:
    one, two = two_nodes
    linden, ids = await seen(one)
    for at, booking_id in enumerate(ids):
        await receive(one, linden.clinic, paid_by_stripe(linden, await page_of(one, booking_id), at))
        card = await one.db.read(lambda db, which=booking_id: bookings.booking_for_visit(db, which))
        assert card
        await desk.cancel(one, linden.clinic, card, By("staff"))

    async def by_hand_on(house: House, booking_id: UUID) -> bool:
        invoice = await invoice_for(house, booking_id)
        assert invoice
        clinic_id, now, amount = linden.clinic.id, house.clock(), 4000
        return await house.db.unit(lambda db: by_hand.give(db, clinic_id, invoice.id, amount, "once", now, DESK))

    tries = []
    for at, booking_id in enumerate(ids):
        job = Job(uuid4(), "booking.cancelled", {"booking": str(booking_id), "to": "therapist"}, 1)
        pair = [by_hand_on(two, booking_id), booking_ended(one, job)]
        tries += pair if at % 2 else pair[::-1]
    await asyncio.gather(*tries)
    for booking_id in ids:
        found = await invoice_for(one, booking_id)
        assert found
        assert (found.total(Kind.PAID), found.leaving) == (9000, 9000)
        assert found.standing is Standing.RETURNING


async def crossed(one: House, two: House, first: Work[Any], second: Work[Any]) -> None:
    """The second begins on its node when the first has written on the other one and not yet committed."""
    wrote, go = asyncio.Event(), asyncio.Event()

    async def held(db: AsyncSession) -> None:
        await first(db)
        wrote.set()
        await go.wait()

    begun = asyncio.create_task(one.db.unit(held))
    await wrote.wait()
    other = asyncio.create_task(two.db.unit(second))
    waits = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    while not other.done() and not await one.db.read(lambda db: db.scalar(waits)):
        pass
    go.set()
    await asyncio.gather(begun, other)


async def test_whichever_writes_first_the_other_waits_for_it_and_counts_it(
    new_postgres: NewDatabase, tmp_path: Path, clock: Clock
) -> None:
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    nodes = [build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2)]
    one, two = nodes
    linden, ids = await seen(one)
    clinic_id, now = linden.clinic.id, clock.now

    def stripe(page_id: UUID, at: int) -> Work[Any]:
        paid = Paid(page_id, 9000, "EUR", f"pi_{at}")
        return lambda db: take(db, clinic_id, paid, now)

    def by_itself(booking_id: UUID) -> Work[Any]:
        async def work(db: AsyncSession) -> None:
            charge = await store.charge_of(db, booking_id, locked=True)
            assert charge
            await settle(db, charge, Ending.BY_CLINIC, now)

        return work

    try:
        for at, booking_id in enumerate(ids[:4]):
            page_id = await page_of(one, booking_id)
            if at < 2:
                invoice_id = await met(one, booking_id)
                pair = [
                    lambda db, which=invoice_id: by_hand.write(db, clinic_id, which, by_hand.paid, now, DESK),
                    stripe(page_id, at),
                ]
            else:
                await one.db.unit(stripe(page_id, at))
                invoice = await invoice_for(one, booking_id)
                assert invoice
                pair = [
                    lambda db, which=invoice.id: by_hand.give(db, clinic_id, which, 4000, "once", now, DESK),
                    by_itself(booking_id),
                ]
            await crossed(one, two, *(pair if at % 2 else pair[::-1]))
        found = [await invoice_for(one, booking_id) for booking_id in ids[:4]]
    finally:
        for node in nodes:
            await node.db.close()
            await node.keys.database.close()
    assert [one.total(Kind.PAID) - one.leaving for one in found if one] == [9000, 9000, 0, 0]


async def test_what_is_paid_by_hand_is_paid_on_no_page_any_more(either_house: House) -> None:
    house = either_house
    linden, (first, *_) = await seen(house)
    await page_of(house, first)
    invoice_id = await met(house, first)
    clinic_id, now = linden.clinic.id, house.clock()
    for _ in range(2):
        await house.db.unit(lambda db: by_hand.write(db, clinic_id, invoice_id, by_hand.paid, now, DESK))
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow.payload).where(OutboxRow.topic == CLOSE)))
    assert rows.all() == [{"booking": str(first), "owed": 0}]
