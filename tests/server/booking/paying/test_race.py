"""The payment and the end of the waiting at the same moment, on both engines: never money without the time."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as bookings
from server.booking.paying import checkouts, listing, store
from server.booking.paying.awaiting import lapse
from server.booking.paying.payments import News, Paid
from server.booking.paying.receiving import receive
from server.booking.paying.rules import Kind, Standing, State
from server.booking.tables import Claim
from server.house import House
from server.outbox import Job, OutboxRow
from tests.server.booking.linden import THURSDAY, booked, seed
from tests.server.booking.paying.conftest import with_keys
from tests.server.booking.paying.priced import invoice_for
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio


async def page_for(house: House, booking_id: UUID) -> UUID:
    async def work(db: AsyncSession) -> UUID:
        charge = await store.charge_of(db, booking_id, locked=True)
        assert charge
        assert charge.state is State.AWAITING
        return (await checkouts.begin(db, charge, charge.amount, house.clock())).id

    return await house.db.unit(work)


async def test_of_a_payment_and_the_end_of_the_waiting_one_wins_and_the_other_knows_it(
    either_house: House, clock: Clock
) -> None:
    house = either_house
    linden = await with_keys(house, await seed(house))
    made = [await booked(house, linden, THURSDAY + timedelta(hours=at), name=f"P {at}") for at in (0, 1, 4, 5, 6)]
    pages = [await page_for(house, one.card.id) for one in made]
    clock.forward(minutes=31)
    tries = []
    for at, (one, page_id) in enumerate(zip(made, pages, strict=True)):
        news = News(f"evt_{at}", str(linden.clinic.id), Paid(page_id, 9000, "EUR", f"pi_{at}"))
        job = Job(uuid4(), "payment.lapse", {"booking": str(one.card.id)}, 1)
        both = [receive(house, linden.clinic, news), lapse(house, job), receive(house, linden.clinic, news)]
        tries += both if at % 2 else both[::-1]
    await asyncio.gather(*tries)
    for one in made:
        card = await house.db.read(lambda db, one=one: bookings.booking_for_visit(db, one.card.id))
        invoice = await invoice_for(house, one.card.id)
        held = select(Claim.id).where(Claim.appointment_id == one.card.appointment_id)
        claimed = await house.db.read(lambda db, held=held: db.scalar(held))
        assert card
        assert invoice
        assert invoice.total(Kind.PAID) == 9000, "it came once, however often it was told"
        if card.cancelled_at:
            assert (invoice.standing, invoice.total(Kind.TO_RETURN)) == (Standing.RETURNING, 9000)
            assert claimed is None
        else:
            assert (invoice.standing, claimed is not None) == (Standing.PAID, True)


async def test_what_should_have_gone_back_and_is_tried_no_more_is_known(either_house: House, clock: Clock) -> None:
    house = either_house
    linden = await with_keys(house, await seed(house))
    made = await booked(house, linden, THURSDAY)
    page_id = await page_for(house, made.card.id)
    clock.forward(minutes=31)
    await lapse(house, Job(uuid4(), "payment.lapse", {"booking": str(made.card.id)}, 1))
    await receive(house, linden.clinic, News("evt_1", "", Paid(page_id, 9000, "EUR", "pi_1")))
    invoice = await invoice_for(house, made.card.id)
    assert invoice
    assert await house.db.read(lambda db: listing.stuck(db, invoice)) == []

    async def give_up(db: AsyncSession) -> None:
        for row in await db.scalars(select(OutboxRow).where(OutboxRow.topic == "payment.return")):
            row.outcome, row.finished_at = "dead", clock.now

    await house.db.unit(give_up)
    assert len(await house.db.read(lambda db: listing.stuck(db, invoice))) == 1
    assert [one.id for one in await house.db.read(lambda db: listing.going_back(db, linden.clinic.id))] == [invoice.id]
