"""Queries of a clinic's money as its staff see it: what is open, what was asked for in a month, what nobody settled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying import tables
from server.booking.paying.rules import Kind, Standing
from server.booking.paying.settling import RETURN
from server.booking.paying.store import Invoice, with_steps
from server.booking.tables import Appointment, Booking, Cancellation
from server.outbox import OutboxRow

MOST = 500


async def open_ones(db: AsyncSession, clinic_id: UUID) -> list[Invoice]:
    """Invoices that nobody has paid yet, the oldest first."""
    row, step = tables.Invoice, tables.InvoiceStep
    done = select(step.id).where(step.invoice_id == row.id, step.kind.in_([Kind.PAID, Kind.VOIDED])).exists()
    asked = select(row).where(row.clinic_id == clinic_id, ~done).order_by(row.number).limit(MOST)
    return await with_steps(db, list(await db.scalars(asked)))


async def going_back(db: AsyncSession, clinic_id: UUID) -> list[Invoice]:
    """Invoices of which something has to go back and did not yet."""
    row, step = tables.Invoice, tables.InvoiceStep
    due = select(step.id).where(step.invoice_id == row.id, step.kind == Kind.TO_RETURN).exists()
    asked = select(row).where(row.clinic_id == clinic_id, due).order_by(row.number.desc()).limit(MOST)
    found = await with_steps(db, list(await db.scalars(asked)))
    return [one for one in found if one.standing is Standing.RETURNING]


async def issued_between(db: AsyncSession, clinic_id: UUID, from_at: datetime, until_at: datetime) -> list[Invoice]:
    """What was asked for in a span, by number."""
    row = tables.Invoice
    asked = select(row).where(row.clinic_id == clinic_id, row.issued_at >= from_at, row.issued_at < until_at)
    return await with_steps(db, list(await db.scalars(asked.order_by(row.number))))


async def unsettled(db: AsyncSession, clinic_id: UUID, now: datetime) -> Sequence[UUID]:
    """Bookings for a price that are over and of which nobody said what became of them; the oldest first."""
    charge = tables.Charge
    asked = (
        select(charge.booking_id)
        .join(Booking, Booking.id == charge.booking_id)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(charge.clinic_id == clinic_id, charge.settled_at.is_(None))
        .where(Cancellation.booking_id.is_(None), Appointment.ends_at <= now)
        .order_by(Appointment.starts_at)
        .limit(MOST)
    )
    return (await db.scalars(asked)).all()


async def stuck(db: AsyncSession, invoice: Invoice) -> list[UUID]:
    """Steps of an invoice that should have sent money back, and that nothing tries any more."""
    due = [step.id for step in invoice.steps if step.kind is Kind.TO_RETURN] if _waits(invoice) else []
    if not due:
        return []
    asked = select(OutboxRow.payload, OutboxRow.outcome).where(OutboxRow.topic == RETURN)
    asked = asked.where(OutboxRow.payload["invoice"].as_string() == str(invoice.id))
    outcomes: dict[str, set[str | None]] = {}
    for payload, outcome in await db.execute(asked):
        outcomes.setdefault(payload["step"], set()).add(outcome)
    return [one for one in due if outcomes.get(str(one), {"dead"}) == {"dead"}]


def _waits(invoice: Invoice) -> bool:
    return invoice.standing is Standing.RETURNING
