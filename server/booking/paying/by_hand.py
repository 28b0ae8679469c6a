"""What staff write down by hand of an invoice, in a unit that holds it: what comes or goes by itself at the same moment
is known before, or is done after it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying import store
from server.booking.paying.rules import Kind, Standing, Step, Voiding
from server.booking.paying.settling import close_pages, give_back, noted
from server.booking.paying.store import Invoice
from server.booking.store import By
from server.errors import NotFound

Wanted = Callable[[Invoice, datetime], Step | None]


def paid(invoice: Invoice, now: datetime) -> Step | None:
    """The whole amount came; None for what is not open any more."""
    return Step(uuid4(), Kind.PAID, invoice.amount, now) if invoice.standing is Standing.OPEN else None


def voided(reason: Voiding) -> Wanted:
    """An open one does not hold any more, and why."""

    def wanted(invoice: Invoice, now: datetime) -> Step | None:
        open_yet = invoice.standing is Standing.OPEN
        return Step(uuid4(), Kind.VOIDED, 0, now, reason=reason) if open_yet else None

    return wanted


async def write(db: AsyncSession, clinic_id: UUID, invoice_id: UUID, wanted: Wanted, now: datetime, by: By) -> bool:
    """Write it down, once; nobody pays on a page for it any more. False where it stands otherwise by now. Raises
    NotFound for an invoice of another clinic."""
    invoice = await store.invoice_of(db, clinic_id, invoice_id, locked=True)
    if invoice is None:
        raise NotFound()
    step = wanted(invoice, now)
    if step is None or not await store.step(db, invoice.id, step, step.kind.value, by):
        return False
    detail = {"number": invoice.number, "amount": invoice.amount, "reason": step.reason}
    noted(db, invoice, f"invoice.{step.kind}", by, now, detail)
    await close_pages(db, invoice.booking_id, 0, now)
    return True


async def give(
    db: AsyncSession, clinic_id: UUID, invoice_id: UUID, amount: int, once: str, now: datetime, by: By
) -> bool:
    """Let so much go back, by the way it came or else by hand; never more than came and is still here."""
    invoice = await store.invoice_of(db, clinic_id, invoice_id, locked=True)
    if invoice is None or amount > rest_of(invoice):
        return False
    return await give_back(db, invoice, amount, now, by, key=f"by_hand:{once}")


def rest_of(invoice: Invoice) -> int:
    """What came and is not on its way back."""
    return invoice.total(Kind.PAID) - invoice.leaving
