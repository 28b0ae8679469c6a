"""Queries of what a booking asks for something else, such as a course, as long as nobody began it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, column, delete, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Instant
from server.measures.store import Row, row_of
from server.measures.tables import Measure

# Bookings belong to another feature: joined by name, as foreign keys are.
_booking = table("bookings", column("id", Uuid()), column("appointment_id", Uuid()))
_appointment = table("appointments", column("id", Uuid()), column("ends_at", Instant()))
_LOOSE = (
    Measure.booking_id.is_not(None),
    Measure.asked_for.is_not(None),
    Measure.begun_at.is_(None),
    Measure.finished_at.is_(None),
    Measure.asked_by.is_(None),
    Measure.entered_by.is_(None),
)


async def loose_of(db: AsyncSession, clinic_id: UUID, now: datetime) -> Sequence[Row]:
    """What bookings of a clinic that are not over ask so."""
    asked = select(Measure).join(_booking, _booking.c.id == Measure.booking_id)
    asked = asked.join(_appointment, _appointment.c.id == _booking.c.appointment_id)
    asked = asked.where(Measure.clinic_id == clinic_id, *_LOOSE, _appointment.c.ends_at > now)
    return [row_of(row) for row in await db.scalars(asked)]


async def drop(db: AsyncSession, booking_id: UUID, key: str) -> bool:
    """This booking asks it no more, and there is no answer to lose; False where somebody began it meanwhile."""
    mine = delete(Measure).where(Measure.booking_id == booking_id, Measure.key == key, *_LOOSE)
    return await db.scalar(mine.returning(Measure.id)) is not None


async def drop_answered(db: AsyncSession, patient_id: UUID, key: str) -> list[UUID]:
    """No booking of this patient asks for something else what they just answered; the bookings that did."""
    theirs = delete(Measure).where(Measure.patient_id == patient_id, Measure.key == key, *_LOOSE)
    return [one for one in await db.scalars(theirs.returning(Measure.booking_id)) if one]
