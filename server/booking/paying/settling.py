"""What a booking comes to in the end: an invoice, or money that goes back. All of it may be told twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import money, outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import booking_for_visit
from server.booking.deadlines import change_until
from server.booking.paying import checkouts, store
from server.booking.paying.rules import (
    Charge,
    Ending,
    Kind,
    State,
    Step,
    Why,
    came_by,
    ending_of,
    owed,
    to_return,
    why_of,
)
from server.booking.paying.store import Invoice
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Cancellation
from server.clinic import store as clinics
from server.clinic.paying.rules import Way
from server.house import House
from server.outbox import Job

RETURN = "payment.return"
CLOSE = "payment.close"
CLOCK = By("clock")
SECOND_THOUGHTS = timedelta(hours=2)
"""How long after a visit nobody is asked for money: until then it can be opened once more, or a slip be taken back."""


@dataclass(frozen=True)
class Cancelled:
    at: datetime
    by_kind: str


async def booking_ended(house: House, job: Job) -> None:
    """After a cancelling, and whatever else ended a booking before its visit."""
    booking_id = UUID(job.payload["booking"])
    if job.payload.get("to", "therapist") != "therapist":
        return

    async def work(db: AsyncSession) -> bool:
        charge = await store.charge_of(db, booking_id, locked=True)
        card = await booking_for_visit(db, booking_id) if charge else None
        clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
        if charge is None or card is None or clinic is None or card.cancelled_at is None:
            return False
        end = await _cancelled(db, booking_id)
        until, who = change_until(card, clinic.policy), "patient" if job.payload.get("asked") else end.by_kind
        ending = ending_of(who, end.at, until, confirmed=card.answer_by is None or card.answer == "confirmed")
        if charge.state in {State.AWAITING, State.LAPSED}:
            ending = Ending.NOTHING  # of a time that was never paid nothing is owed
        return await settle(db, charge, ending, house.clock())

    if await house.db.unit(work):
        house.outbox.nudge()
        house.couriers.nudge()


async def _cancelled(db: AsyncSession, booking_id: UUID) -> Cancelled:
    asked = select(Cancellation.at, Cancellation.by_kind).where(Cancellation.booking_id == booking_id)
    return Cancelled(*(await db.execute(asked)).one())


async def visit_over(db: AsyncSession, card: BookingCard, ending: Ending, now: datetime, by: By = CLOCK) -> bool:
    """In a unit of who knows what became of the visit: settle it, once. False where there is nothing to settle."""
    charge = await store.charge_of(db, card.id, locked=True)
    if charge is None or card.cancelled_at is not None:
        return False
    return await settle(db, charge, ending, now, by)


async def settle(db: AsyncSession, charge: Charge, ending: Ending, now: datetime, by: By = CLOCK) -> bool:
    """Say what is owed in the end, once, in a unit that holds the charge: ask for it, or give back what is too much."""
    comes_to = owed(charge.amount, charge.refunds, ending, smallest(charge))
    if not await store.settle(db, charge.booking_id, ending, comes_to, now):
        return False
    if charge.state is State.AWAITING:
        await store.change(db, charge.booking_id, [State.AWAITING], State.OPEN if comes_to else State.LAPSED)
    await close_pages(db, charge.booking_id, comes_to, now)
    if charge.state is State.PAID:
        invoice = await store.invoice_for(db, charge.booking_id, locked=True)
        if invoice:
            too_much = to_return(invoice.total(Kind.PAID), comes_to) - invoice.leaving
            await give_back(db, invoice, too_much, now, by)
    elif comes_to:
        await issue(db, charge, comes_to, why_of(ending), now, by)
    return True


async def close_pages(db: AsyncSession, booking_id: UUID, owed: int, now: datetime) -> None:
    """Let nobody pay any more on a page that asks for another amount than is owed."""
    if await checkouts.open_pages(db, booking_id, owed, now):
        outbox.add(db, CLOSE, {"booking": str(booking_id), "owed": owed}, now)


def smallest(charge: Charge) -> int:
    """The step in which money moves by this way; with Stripe the third digit of three is always nought."""
    return 10 if charge.way is Way.STRIPE and money.digits(charge.currency) == 3 else 1


async def issue(db: AsyncSession, charge: Charge, amount: int, why: Why, now: datetime, by: By) -> Invoice:
    """The invoice of a booking, with the line of the audit that belongs to a new one."""
    invoice = await store.issue(db, charge, amount, why, now, by)
    if invoice.issued_at == now:
        noted(db, invoice, "invoice.issued", by, now, {"number": invoice.number, "amount": amount, "why": why.value})
    return invoice


async def give_back(
    db: AsyncSession, invoice: Invoice, amount: int, now: datetime, by: By, *, moved_by: str = "", key: str = ""
) -> bool:
    """Let so much of what was paid go back, by the way it came, once under this `key`; what came by hand is given back
    by hand, and this says that it was. False where nothing is to."""
    way = moved_by or came_by(invoice.steps)
    if amount <= 0:
        return False
    step = Step(uuid4(), Kind.TO_RETURN if way else Kind.RETURNED, amount, now, way)
    if not await store.step(db, invoice.id, step, key or f"to_return:{way}", by):
        return False
    noted(db, invoice, f"invoice.{step.kind}", by, now, {"amount": amount, "number": invoice.number})
    if way:
        send_again(db, invoice, step.id, now)
    return True


def send_again(db: AsyncSession, invoice: Invoice, step_id: UUID, now: datetime) -> None:
    """Let what has to go back go back; tried again, it goes once."""
    about = {"clinic": str(invoice.clinic_id), "step": str(step_id), "invoice": str(invoice.id)}
    outbox.add(db, RETURN, about, now)


def noted(db: AsyncSession, invoice: Invoice, action: str, by: By, now: datetime, detail: dict[str, object]) -> None:
    """The line of the audit about an invoice."""
    note(db, Entry(invoice.clinic_id, action, "booking", invoice.booking_id, by.kind, by.id, detail), now)


JOBS = dict.fromkeys(("booking.cancelled", "booking.declined", "booking.released"), booking_ended)
