"""What a booking comes to in the end, for staff who may see money."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Action, Viewer, admits
from server.booking.paying import store
from server.booking.paying.store import Invoice
from server.booking.rules import BookingCard
from server.house import House


@dataclass(frozen=True)
class Owed:
    """`amount` is in the currency's smallest unit; `invoice`: where there is one."""

    amount: int
    currency: str
    invoice: Invoice | None


async def owed_for(house: House, viewer: Viewer, card: BookingCard) -> Owed | None:
    """None while nobody knows, where nothing was agreed, and for who may not see it."""

    async def work(db: AsyncSession) -> Owed | None:
        charge = await store.charge_of(db, card.id)
        if charge is None or charge.owed is None:
            return None
        return Owed(charge.owed, charge.currency, await store.invoice_for(db, card.id))

    return await house.db.read(work) if admits(viewer, Action.MONEY) else None
