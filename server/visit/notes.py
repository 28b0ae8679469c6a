"""The therapist's private note beside the call: a psychotherapy note, which its author alone reads and no export holds.

It is saved as it is typed, never over a text it has not seen.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, String, Uuid, column, select, table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.tables import Visit, VisitNote

# Bookings belong to another feature: joined by name, as foreign keys are.
_booking = table(
    "bookings",
    column("id", Uuid()),
    column("public_id", String()),
    column("clinic_id", Uuid()),
    column("patient_id", Uuid()),
)


@dataclass(frozen=True)
class SealedNote:
    id: UUID
    staff_id: UUID
    blob: bytes
    saved_at: datetime
    version: int
    public_id: str = ""


@dataclass(frozen=True)
class Saved:
    version: int
    at: datetime


@dataclass(frozen=True)
class Overtaken:
    """The note was saved from elsewhere since; nothing was written."""

    version: int


async def find_note(db: AsyncSession, visit_id: UUID, staff_id: UUID | None) -> SealedNote | None:
    """The note of this member of staff."""
    row = await db.scalar(_of(visit_id, staff_id))
    return SealedNote(row.id, row.staff_id, row.text_sealed, row.saved_at, row.version) if row else None


async def notes_of_patient(db: AsyncSession, clinic_id: UUID, patient_id: UUID, staff_id: UUID) -> list[SealedNote]:
    """What this member of staff wrote for themselves in visits of a patient, the newest first."""
    asked = select(VisitNote, _booking.c.public_id).join(Visit, Visit.id == VisitNote.visit_id)
    asked = asked.join(_booking, _booking.c.id == Visit.booking_id)
    theirs = (_booking.c.clinic_id == clinic_id, _booking.c.patient_id == patient_id, VisitNote.staff_id == staff_id)
    return [
        SealedNote(row.id, row.staff_id, row.text_sealed, row.saved_at, row.version, public_id)
        for row, public_id in await db.execute(asked.where(*theirs).order_by(VisitNote.saved_at.desc()))
    ]


async def save_note(
    db: AsyncSession, visit_id: UUID, note_id: UUID, staff_id: UUID, blob: bytes, over: int, now: datetime
) -> Saved | Overtaken:
    """Write the note over version `over` (0: there is none yet)."""
    row = await db.scalar(_of(visit_id, staff_id).with_for_update())
    if (row.version if row else 0) != over:
        return Overtaken(row.version if row else 0)
    if row is None:
        return await _first(db, visit_id, note_id, staff_id, blob, now)
    row.text_sealed, row.saved_at, row.version = blob, now, over + 1
    return Saved(over + 1, now)


async def _first(
    db: AsyncSession, visit_id: UUID, note_id: UUID, staff_id: UUID, blob: bytes, now: datetime
) -> Saved | Overtaken:
    try:
        async with db.begin_nested():
            db.add(
                VisitNote(id=note_id, visit_id=visit_id, staff_id=staff_id, text_sealed=blob, saved_at=now, version=1)
            )
    except IntegrityError:
        return Overtaken(1)
    return Saved(1, now)


def _of(visit_id: UUID, staff_id: UUID | None) -> Select[VisitNote]:
    return select(VisitNote).where(VisitNote.visit_id == visit_id, VisitNote.staff_id == staff_id)
