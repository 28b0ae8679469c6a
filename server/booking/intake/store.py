"""Queries of answers; values in, values out. Nothing is asked of bookings whose service asks nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.intake.rules import Row, Sheet, sheet_of
from server.booking.intake.tables import IntakeAnswers
from server.booking.rules import BookingCard
from server.booking.tables import Booking
from server.clinic.intake import store as questions
from server.clinic.intake.rules import Form


@dataclass(frozen=True)
class Kept:
    """Answers ready to be written, over the revision that was seen; 0: there were none."""

    row_id: UUID
    form_id: UUID
    sealed: bytes = field(repr=False)
    done: bool
    over: int = 0


async def sheet(db: AsyncSession, card: BookingCard) -> Sheet | None:
    """The questions of a booking with its sealed answers; None where nothing is asked and nothing was answered."""
    return (await sheets(db, [card], always=True)).get(card.id)


async def sheets(db: AsyncSession, cards: Sequence[BookingCard], *, always: bool = False) -> dict[UUID, Sheet]:
    """Booking -> its sheet, as far as there is one; no statement while no service of theirs asks anything, except
    `always`: what was answered before the service stopped asking."""
    asked = [card for card in cards if card.intake or always]
    if not asked:
        return {}
    rows = await _rows(db, {card.patient_id for card in asked})
    forms = await questions.forms(db, {card.intake for card in asked} | {row.form_id for row in rows})
    found: dict[UUID, Sheet] = {}
    for card in asked:
        theirs = [row for row in rows if row.patient_id == card.patient_id]
        one = sheet_of(card.id, card.service_id, card.intake, theirs, forms)
        if one:
            found[card.id] = one
    return found


async def answered(db: AsyncSession, patient_id: UUID) -> tuple[list[Row], dict[UUID, Form]]:
    """Everything that somebody answered, and the versions of the questions that it answers."""
    rows = await _rows(db, {patient_id})
    return rows, await questions.forms(db, {row.form_id for row in rows})


async def _rows(db: AsyncSession, patient_ids: Collection[UUID]) -> list[Row]:
    row = IntakeAnswers
    asked = select(
        row.id,
        row.booking_id,
        Booking.patient_id,
        row.service_id,
        row.form_id,
        row.revision,
        row.begun_at,
        row.changed_at,
        row.done_at,
        row.value_sealed.label("blob"),
    )
    theirs = asked.join(Booking, Booking.id == row.booking_id).where(Booking.patient_id.in_(patient_ids))
    return [Row(**one) for one in (await db.execute(theirs)).mappings()]


async def keep(db: AsyncSession, booking_id: UUID, service_id: UUID, kept: Kept, now: datetime) -> bool:
    """Write answers; False when others were written since those were seen."""
    row = IntakeAnswers
    values = {"value_sealed": kept.sealed, "revision": kept.over + 1, "changed_at": now}
    values["done_at"] = now if kept.done else None
    if kept.over:
        seen = (row.id == kept.row_id, row.revision == kept.over)
        return await db.scalar(update(row).where(*seen).values(values).returning(row.id)) is not None
    ids = {"id": kept.row_id, "booking_id": booking_id, "service_id": service_id, "form_id": kept.form_id}
    try:
        async with db.begin_nested():
            await db.execute(insert(row).values({**ids, **values, "begun_at": now}))
    except IntegrityError:
        return False
    return True


async def add(db: AsyncSession, booking_id: UUID, service_id: UUID, kept: Kept, now: datetime) -> None:
    """Write the answers that came with a new booking."""
    await db.execute(
        insert(IntakeAnswers).values(
            id=kept.row_id,
            booking_id=booking_id,
            service_id=service_id,
            form_id=kept.form_id,
            value_sealed=kept.sealed,
            revision=1,
            begun_at=now,
            changed_at=now,
            done_at=now if kept.done else None,
        )
    )
