"""Queries of what patients are asked without a booking."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.measures.store import Row, row_of
from server.measures.tables import Measure, MeasureFlag


async def ask(db: AsyncSession, ids: tuple[UUID, UUID, UUID], key: str, version_id: UUID, now: datetime) -> bool:
    """Ask it of the patient without a booking; False where it is open already. `ids`: of clinic and patient, and of
    what it is asked for.
    """
    clinic_id, patient_id, asked_for = ids
    new = Measure(id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, asked_for=asked_for, version_id=version_id)
    new.key, new.asked_at = key, now
    return await added(db, new)


async def open_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID | None = None) -> list[Row]:
    """What is open of patients without a booking, of one or of all."""
    alone = (Measure.clinic_id == clinic_id, Measure.booking_id.is_(None), Measure.asked_for.is_not(None))
    asked = select(Measure).where(*alone, Measure.finished_at.is_(None), Measure.withdrawn_at.is_(None))
    mine = asked.where(Measure.patient_id == patient_id) if patient_id else asked
    return [row_of(row) for row in await db.scalars(mine)]


async def answered_through(db: AsyncSession, measure_id: UUID) -> list[UUID]:
    """By the pages of which bookings answers to it came that speak of danger, the first one first."""
    mine = (MeasureFlag.measure_id == measure_id, MeasureFlag.booking_id.is_not(None))
    asked = select(MeasureFlag.booking_id).where(*mine).order_by(MeasureFlag.at, MeasureFlag.id)
    return [one for one in dict.fromkeys(await db.scalars(asked)) if one]


async def withdraw(db: AsyncSession, measure_id: UUID, now: datetime) -> bool:
    """It is not wanted any more; what was answered of it stays. False where that was said before, or it is done."""
    open_ = (Measure.id == measure_id, Measure.finished_at.is_(None), Measure.withdrawn_at.is_(None))
    done = update(Measure).where(*open_).values(withdrawn_at=now)
    return await db.scalar(done.returning(Measure.id)) is not None
