"""What is agreed about money in the unit that writes a booking with a price."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.orders import Order
from server.booking.paying import store
from server.booking.paying.rules import Charge, State, first_state
from server.booking.store import By, NewBooking
from server.clinic.paying.extra import stripe_is_there
from server.clinic.paying.rules import Way
from server.clinic.rules import Clinic

LAPSE = "payment.lapse"


async def agree(db: AsyncSession, order: Order, new: NewBooking, by: By, now: datetime, *, asks: bool) -> bool:
    """What the clinic's rules of today say; True while the time is kept for a payment that has yet to come.

    Only who books for themselves pays at once: staff, programs and services that the clinic confirms first do not wait.
    """
    clinic = order.clinic
    if clinic.paying.way is Way.NONE or not new.price:
        return False
    pays_now = by.kind == "patient" and not asks and not order.walks_in and stripe_is_there()
    state, pay_by = first_state(clinic.paying, pays_now=pays_now, starts_at=new.time.starts_at, now=now)
    await store.add(db, _charge(clinic, new.id, new.price, state, pay_by), now)
    if pay_by:
        outbox.add(db, LAPSE, {"booking": str(new.id)}, now, due_at=pay_by)
    return state is State.AWAITING


async def agree_all(db: AsyncSession, clinic: Clinic, price: int, booking_ids: Sequence[UUID], now: datetime) -> None:
    """The same of a series, whose bookings are paid one by one."""
    if clinic.paying.way is not Way.NONE and price:
        charges = [_charge(clinic, one, price, State.OPEN, None) for one in booking_ids]
        await store.add_all(db, charges, now)


def _charge(clinic: Clinic, booking_id: UUID, price: int, state: State, pay_by: datetime | None) -> Charge:
    paying = clinic.paying
    more = (paying.way, price, paying.currency, paying.refunds, pay_by, state)
    return Charge(booking_id, clinic.id, *more)
