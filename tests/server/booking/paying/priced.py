"""A practice that asks for money."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying import store
from server.booking.paying.store import Invoice
from server.clinic import store as clinics
from server.clinic.paying.rules import Paying, Refunds, Way
from server.house import House
from tests.server.booking.linden import Linden

HALF = Refunds(in_time=100, late=50, missed=0, by_clinic=100)


async def priced(
    house: House, linden: Linden, way: Way = Way.INVOICE, price: int | None = 9000, refunds: Refunds = HALF,
    currency: str = "EUR",
) -> Linden:  # fmt: skip
    """The practice whose session costs this, and which is paid like that from now on."""
    clinic = replace(linden.clinic, paying=Paying(way, currency, refunds))
    session = replace(linden.session, price=price)

    async def work(db: AsyncSession) -> None:
        await clinics.change_clinic(db, clinic, None)
        await clinics.change_service(db, clinic.id, session, house.clock())

    await house.db.unit(work)
    return replace(linden, clinic=clinic, session=session)


async def invoice_for(house: House, booking_id) -> Invoice | None:
    return await house.db.read(lambda db: store.invoice_for(db, booking_id))
