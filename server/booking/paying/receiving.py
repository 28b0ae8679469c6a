"""Money that came, told by the provider: once, in whatever order, and never for less than was asked or for another."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.cards import booking_for_visit
from server.booking.paying import checkouts, store
from server.booking.paying.payments import News, Paid
from server.booking.paying.rules import Charge, Ending, Kind, State, Step, Why
from server.booking.paying.settling import give_back, issue, noted
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic.rules import Clinic
from server.house import House

log = structlog.get_logger("payments")
PROVIDER = By("provider")


class NotOurs(Exception):
    """A payment of another clinic, of another amount, or of nothing that we asked for."""


async def receive(house: House, clinic: Clinic, news: News) -> None:
    """Act on a proven message, once. Raises NotOurs, and then nothing is written."""
    now = house.clock()
    if news.clinic not in ("", str(clinic.id)):
        raise NotOurs()

    async def work(db: AsyncSession) -> BookingCard | None:
        if news.paid is None or not await checkouts.hear(db, clinic.id, news.id, now):
            return None
        return await take(db, clinic.id, news.paid, now)

    card = await house.db.unit(work)
    if card:
        await told(house, card)


async def told(house: House, card: BookingCard) -> None:
    """After the commit: pages look again, and what is due is done."""
    house.outbox.nudge()
    house.couriers.nudge()
    await house.live.changed(f"visit:{card.public_id}")
    await house.live.changed(f"day:{card.clinic_id}")


async def take(db: AsyncSession, clinic_id: UUID, paid: Paid, now: datetime, by: By = PROVIDER) -> BookingCard | None:
    """Write that this was paid, once; what is too much by then goes back. What staff looked up (`moved_by` is empty)
    they give back by hand. Raises NotOurs."""
    page = await checkouts.checkout_of(db, clinic_id, paid.due_id)
    if page is None or (page.amount, page.currency) != (paid.amount, paid.currency):
        raise NotOurs()
    charge = await store.charge_of(db, page.booking_id, locked=True)
    card = await booking_for_visit(db, page.booking_id)
    if charge is None or card is None:
        raise NotOurs()
    if charge.state is State.AWAITING and card.cancelled_at is not None:
        charge = await _too_late(db, charge, now)
    await checkouts.answered(db, clinic_id, page.id)
    invoice = await issue(db, charge, charge.amount, Why.AHEAD, now, by)
    came = Step(uuid4(), Kind.PAID, paid.amount, now, paid.moved_by)
    if not await store.step(db, invoice.id, came, f"paid:{paid.moved_by or page.id}", by):
        return None
    noted(db, invoice, "invoice.paid", by, now, {"number": invoice.number, "amount": paid.amount})
    first = await store.change(db, charge.booking_id, [State.AWAITING, State.OPEN], State.PAID)
    if first and charge.state is State.AWAITING:
        stands_now(db, card, now)
    if paid.moved_by:
        await _too_much(db, charge, now, paid)
    return card


async def _too_late(db: AsyncSession, charge: Charge, now: datetime) -> Charge:
    """It was cancelled before it was paid, so nothing is owed, whoever tells that first."""
    await store.settle(db, charge.booking_id, Ending.NOTHING, 0, now)
    await store.change(db, charge.booking_id, [State.AWAITING], State.LAPSED)
    return replace(charge, state=State.LAPSED, owed=charge.owed or 0)


def stands_now(db: AsyncSession, card: BookingCard, now: datetime) -> None:
    """In the unit in which a time waits for its payment no more: its therapist hears of it, who did not before."""
    if card.answer_by is None:
        told_now = {"booking": str(card.id), "sequence": card.sequence, "to": "therapist"}
        outbox.add(db, "booking.booked", told_now, now)


async def _too_much(db: AsyncSession, charge: Charge, now: datetime, paid: Paid) -> None:
    """Give back what came beyond what is owed: it was paid twice, or too late, or for what is asked for no more."""
    invoice = await store.invoice_for(db, charge.booking_id)
    assert invoice, "it was written just now"
    wanted = charge.amount if charge.owed is None else charge.owed
    if any(step.kind is Kind.VOIDED for step in invoice.steps):
        wanted = 0
    beyond = invoice.total(Kind.PAID) - invoice.leaving - wanted
    amount = min(beyond, paid.amount)
    await give_back(db, invoice, amount, now, PROVIDER, moved_by=paid.moved_by)
