"""Queries of money, values in and out. Every write is safe to repeat, and safe beside another node."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying import tables
from server.booking.paying.rules import Charge, Ending, Kind, Standing, State, Step, Why, leaving, standing
from server.booking.store import By
from server.booking.tables import Booking
from server.clinic.paying.rules import Refunds, Way


@dataclass(frozen=True)
class Invoice:
    """A numbered paper and all that happened to it, in order."""

    id: UUID
    clinic_id: UUID
    number: int
    booking_id: UUID
    amount: int
    currency: str
    why: Why
    issued_at: datetime
    steps: Sequence[Step] = ()

    @property
    def standing(self) -> Standing:
        """What came twice and went back once leaves it paid."""
        stands = standing(self.steps)
        twice = stands is Standing.RETURNED and self.total(Kind.PAID) - self.leaving >= self.amount
        return Standing.PAID if twice else stands

    def total(self, kind: Kind) -> int:
        return sum(step.amount for step in self.steps if step.kind is kind)

    @property
    def leaving(self) -> int:
        """What went back of it, or is about to."""
        return leaving(self.steps)


async def add(db: AsyncSession, charge: Charge, now: datetime) -> None:
    """What was agreed about the money of a booking that was just written."""
    await add_all(db, [charge], now)


async def add_all(db: AsyncSession, charges: Sequence[Charge], now: datetime) -> None:
    """The same of several bookings in one statement."""
    rows = [
        {
            "booking_id": one.booking_id,
            "clinic_id": one.clinic_id,
            "way": one.way.value,
            "refunds": str(one.refunds),
            "state": one.state.value,
            "pay_by": one.pay_by,
            "made_at": now,
        }
        for one in charges
    ]
    await db.execute(insert(tables.Charge), rows)


async def charge_of(db: AsyncSession, booking_id: UUID, *, locked: bool = False) -> Charge | None:
    """What was agreed about a booking; `locked`: nobody else changes it before this unit ends."""
    asked = _charges().where(tables.Charge.booking_id == booking_id)
    row = (await db.execute(asked.with_for_update(of=tables.Charge) if locked else asked)).first()
    return _charge(row) if row else None


async def awaiting(db: AsyncSession, clinic_id: UUID) -> Sequence[UUID]:
    """Bookings of a clinic whose times are kept until they are paid."""
    table = tables.Charge
    asked = select(table.booking_id).where(table.clinic_id == clinic_id, table.settled_at.is_(None))
    return (await db.scalars(asked.where(table.state == State.AWAITING))).all()


def _charges() -> Select[tables.Charge, int | None, str | None]:
    return select(tables.Charge, Booking.price, Booking.currency).join(Booking, Booking.id == tables.Charge.booking_id)


def _charge(row: Row[tables.Charge, int | None, str | None]) -> Charge:
    kept, price, currency = row
    refunds, state = Refunds.read(kept.refunds), State(kept.state)
    more = (Way(kept.way), price or 0, currency or "", refunds, kept.pay_by, state, kept.owed)
    return Charge(kept.booking_id, kept.clinic_id, *more)


async def change(
    db: AsyncSession, booking_id: UUID, before: Sequence[State], state: State, pay_by: datetime | None = None
) -> bool:
    """Let a charge stand otherwise, if it stands as one of `before`: of two who try, one does."""
    changed = update(tables.Charge).where(tables.Charge.booking_id == booking_id, tables.Charge.state.in_(before))
    values = {"state": state.value} | ({"pay_by": pay_by} if pay_by else {})
    return await db.scalar(changed.values(values).returning(tables.Charge.booking_id)) is not None


async def settle(db: AsyncSession, booking_id: UUID, ending: Ending, owed: int, now: datetime) -> bool:
    """Say what it comes to in the end; False when that is said already."""
    open_ones = (tables.Charge.booking_id == booking_id, tables.Charge.settled_at.is_(None))
    values = {"ending": ending.value, "owed": owed, "settled_at": now}
    said = update(tables.Charge).where(*open_ones).values(values).returning(tables.Charge.booking_id)
    return await db.scalar(said) is not None


async def issue(db: AsyncSession, charge: Charge, amount: int, why: Why, now: datetime, by: By) -> Invoice:
    """The invoice of a booking with the clinic's next number; the one that there is already, if there is.

    The unit holds the booking's charge, so that nobody issues another beside it, and from here on the invoice too, so
    that nobody writes by hand what comes or goes at this moment.
    """
    known = await invoice_for(db, charge.booking_id, locked=True)
    if known:
        return known
    number = await _next_number(db, charge.clinic_id)
    new = Invoice(uuid4(), charge.clinic_id, number, charge.booking_id, amount, charge.currency, why, now)
    values = {
        "id": new.id,
        "clinic_id": new.clinic_id,
        "number": number,
        "booking_id": new.booking_id,
        "amount": amount,
        "currency": new.currency,
        "why": why.value,
        "issued_at": now,
        "issued_by": by.id,
    }
    await db.execute(insert(tables.Invoice).values(values))
    return new


async def _next_number(db: AsyncSession, clinic_id: UUID) -> int:
    """One more than the last. Whoever else wants one waits until this unit ends: none is lost or given twice."""
    counter = tables.InvoiceCounter
    insert_or = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    new = insert_or(counter).values(clinic_id=clinic_id, last=1)
    raised = new.on_conflict_do_update(index_elements=[counter.clinic_id], set_={"last": counter.last + 1})
    return int((await db.execute(raised.returning(counter.last))).scalar_one())


async def step(db: AsyncSession, invoice_id: UUID, new: Step, key: str, by: By) -> bool:
    """Write that something happened to an invoice; False when this very thing was written before."""
    table = tables.InvoiceStep
    values = {
        "id": new.id,
        "invoice_id": invoice_id,
        "key": key,
        "kind": new.kind.value,
        "amount": new.amount,
        "moved_by": new.by,
        "reason": new.reason,
        "at": new.at,
        "by_kind": by.kind,
        "by_id": by.id,
    }
    insert_or = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    once = insert_or(table).values(values).on_conflict_do_nothing(index_elements=[table.invoice_id, table.key])
    return await db.scalar(once.returning(table.id)) is not None


async def has_step(db: AsyncSession, invoice_id: UUID, key: str) -> bool:
    """Whether this very thing was written of an invoice."""
    table = tables.InvoiceStep
    return await db.scalar(select(table.id).where(table.invoice_id == invoice_id, table.key == key)) is not None


async def invoice_for(db: AsyncSession, booking_id: UUID, *, locked: bool = False) -> Invoice | None:
    """The invoice of a booking; `locked`: nobody else adds to it before this unit ends. Whoever needs the charge too
    locks that first."""
    return await _one(db, select(tables.Invoice).where(tables.Invoice.booking_id == booking_id), locked)


async def invoice_of(db: AsyncSession, clinic_id: UUID, invoice_id: UUID, *, locked: bool = False) -> Invoice | None:
    """An invoice of this clinic; `locked` as above."""
    asked = select(tables.Invoice).where(tables.Invoice.id == invoice_id, tables.Invoice.clinic_id == clinic_id)
    return await _one(db, asked, locked)


async def _one(db: AsyncSession, asked: Select[tables.Invoice], locked: bool) -> Invoice | None:
    row = await db.scalar(asked.with_for_update() if locked else asked)
    return (await with_steps(db, [row]))[0] if row else None


async def with_steps(db: AsyncSession, rows: Sequence[tables.Invoice]) -> list[Invoice]:
    """The rows as values, with what happened to each."""
    table = tables.InvoiceStep
    wanted = select(table).where(table.invoice_id.in_([row.id for row in rows])).order_by(table.at, table.id)
    steps: dict[UUID, list[Step]] = {}
    for one in await db.scalars(wanted) if rows else ():
        found = Step(one.id, Kind(one.kind), one.amount, one.at, one.moved_by, one.reason)
        steps.setdefault(one.invoice_id, []).append(found)
    return [
        Invoice(
            row.id,
            row.clinic_id,
            row.number,
            row.booking_id,
            row.amount,
            row.currency,
            Why(row.why),
            row.issued_at,
            tuple(steps.get(row.id, ())),
        )
        for row in rows
    ]
