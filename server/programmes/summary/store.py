"""Queries of summaries; what they say stays sealed here."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.programmes.summary.tables import CourseSummary


@dataclass(frozen=True)
class Row:
    """One summary; `value` is None once the agreement was taken back."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    course_id: UUID
    consent_id: UUID
    recipient: bytes = field(repr=False)
    value: bytes | None = field(repr=False)
    by_id: UUID
    at: datetime
    handed_by: UUID | None = None
    handed_at: datetime | None = None


async def summaries_of(db: AsyncSession, clinic_id: UUID, course_id: UUID) -> list[Row]:
    """Of one course, the newest first."""
    asked = select(CourseSummary).where(CourseSummary.clinic_id == clinic_id, CourseSummary.course_id == course_id)
    return [_row(one) for one in await db.scalars(asked.order_by(CourseSummary.at.desc(), CourseSummary.id))]


async def add(db: AsyncSession, new: Row) -> bool:
    """Write it; False where one of this id is there."""
    row = CourseSummary(
        id=new.id, clinic_id=new.clinic_id, patient_id=new.patient_id, course_id=new.course_id,
        consent_id=new.consent_id, recipient_sealed=new.recipient, value_sealed=new.value, by_id=new.by_id, at=new.at,
    )  # fmt: skip
    return await added(db, row)


async def hand_over(db: AsyncSession, summary_id: UUID, by: UUID, now: datetime) -> bool:
    """Note that it was handed over; False where it was before, or is empty by now."""
    mine = (CourseSummary.id == summary_id, CourseSummary.handed_at.is_(None), CourseSummary.value_sealed.is_not(None))
    done = await db.execute(update(CourseSummary).where(*mine).values(handed_by=by, handed_at=now))
    return bool(getattr(done, "rowcount", 0))


async def drop(db: AsyncSession, summary_id: UUID) -> bool:
    """Delete one that nobody was given; False where it was handed over or is not there."""
    mine = (CourseSummary.id == summary_id, CourseSummary.handed_at.is_(None))
    done = await db.execute(delete(CourseSummary).where(*mine))
    return bool(getattr(done, "rowcount", 0))


async def empty(db: AsyncSession, clinic_id: UUID, consent_id: UUID) -> None:
    """What rested on this agreement says nothing any more; what nobody was given goes whole."""
    mine = (CourseSummary.clinic_id == clinic_id, CourseSummary.consent_id == consent_id)
    await db.execute(delete(CourseSummary).where(*mine, CourseSummary.handed_at.is_(None)))
    await db.execute(update(CourseSummary).where(*mine).values(value_sealed=None))


def _row(row: CourseSummary) -> Row:
    return Row(
        row.id, row.clinic_id, row.patient_id, row.course_id, row.consent_id, row.recipient_sealed, row.value_sealed,
        row.by_id, row.at, row.handed_by, row.handed_at,
    )  # fmt: skip


async def handed_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Row]:
    """What was handed over about a patient, the newest first."""
    mine = (CourseSummary.clinic_id == clinic_id, CourseSummary.patient_id == patient_id)
    asked = select(CourseSummary).where(*mine, CourseSummary.handed_at.is_not(None))
    return [_row(one) for one in await db.scalars(asked.order_by(CourseSummary.handed_at.desc(), CourseSummary.id))]
