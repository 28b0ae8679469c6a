"""Money to look at: sessions that were held, missed and not settled, and one that is kept for a payment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as bookings
from server.booking.paying import store
from server.booking.paying.rules import Charge, Ending, Kind, State, Step
from server.booking.paying.settling import visit_over
from server.booking.paying.tables import Checkout
from server.booking.store import By
from server.booking.tables import Booking
from server.clinic.paying.rules import Paying, Refunds, StripeKeys, Way
from server.clinic.paying.store import keep_keys, keep_words, named
from server.clinic.paying.store import sealed as keys_sealed
from server.house import House

PAYING = Paying(Way.INVOICE, "EUR", Refunds(late=50))
WORDS = "Please pay within two weeks.\nDE02 1203 0000 0000 2020 51, Linden Practice\nTax number 31/123/45678"
PRICE = 9000
KEYS = StripeKeys("sk_test_ItIsOnlyATest", ("whsec_ItIsOnlyATest",))
HOUR = timedelta(hours=1)


async def add_money(house: House, paths: dict[str, str], by: By, now: datetime) -> None:
    """Both sessions had a price; `paths['invoice']` is the open one, and of a third nobody said what became of it."""

    async def work(db: AsyncSession) -> None:
        for key, ending in (("after", Ending.MET), ("missed", Ending.MISSED), ("late", None)):
            card = await bookings.booking_for_visit(db, paths[key])
            assert card, key
            priced = {"price": PRICE, "currency": "EUR"}
            await db.execute(update(Booking).where(Booking.id == card.id).values(priced))
            charge = Charge(card.id, card.clinic_id, Way.INVOICE, PRICE, "EUR", PAYING.refunds)
            await store.add(db, charge, card.made_at)
            if ending is None:
                continue
            await visit_over(db, card, ending, now - HOUR, by)
            invoice = await store.invoice_for(db, card.id)
            assert invoice
            if ending is Ending.MISSED:
                await store.step(db, invoice.id, Step(uuid4(), Kind.PAID, PRICE, now), "paid", by)
            else:
                paths["invoice"] = str(invoice.id)
                await keep_words(db, card.clinic_id, WORDS, by.id, now)

    async def wait(db: AsyncSession) -> None:
        card = await bookings.booking_for_visit(db, paths["unpaid"])
        assert card
        await db.execute(update(Booking).where(Booking.id == card.id).values(price=PRICE, currency="EUR"))
        more = (PAYING.refunds, now + HOUR / 2, State.AWAITING)
        await store.add(db, Charge(card.id, card.clinic_id, Way.STRIPE, PRICE, "EUR", *more), now)

    async def unasked(db: AsyncSession) -> None:
        """A page of payment of the third, at an account whose keys open nothing any more."""
        card = await bookings.booking_for_visit(db, paths["late"])
        assert card
        page = {"clinic_id": card.clinic_id, "booking_id": card.id, "amount": PRICE, "currency": "EUR"}
        db.add(Checkout(id=uuid4(), session="cs_of_before", made_at=now, expires_at=now, unasked_at=now, **page))

    paths["unpaid"] = paths["noon"]
    await house.db.unit(work)
    await house.db.unit(unasked)
    await house.db.unit(wait)
    await _with_keys(house, paths["unpaid"])


@asynccontextmanager
async def keyless(house: House, public_id: str) -> AsyncIterator[None]:
    """The clinic of this booking has no keys for a moment."""
    clinic_id = await _clinic_of(house, public_id)
    await house.db.unit(lambda db: keep_keys(db, clinic_id, "", None, None, house.clock()))
    try:
        yield
    finally:
        await _with_keys(house, public_id)


async def _with_keys(house: House, public_id: str) -> None:
    clinic_id = await _clinic_of(house, public_id)
    shut = keys_sealed(await house.keys.clinic(clinic_id), clinic_id, KEYS)
    await house.db.unit(lambda db: keep_keys(db, clinic_id, named(KEYS.key), shut, None, house.clock()))


async def _clinic_of(house: House, public_id: str) -> UUID:
    found = await house.db.read(lambda db: bookings.booking_for_visit(db, public_id))
    assert found
    return found.clinic_id
