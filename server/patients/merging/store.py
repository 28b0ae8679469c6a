"""Queries of merging; what they carry over is told by `reach.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.patients.merging.reach import SealedColumn, references, sealed_columns, table_of
from server.patients.merging.rules import Refusal
from server.patients.merging.tables import PatientMerge
from server.patients.tables import Patient

TOPIC = "patient.merged"
LATER = (timedelta(), timedelta(minutes=1), timedelta(hours=1))
"""When it is looked for what was written for the old record while it went: a request lasts seconds."""
OWN = ("name_sealed", "mail_sealed", "phone_sealed", "needs_sealed", "arrival_sealed")
MOST_STEPS = 20


@dataclass(frozen=True)
class Blob:
    """One sealed value where it lies."""

    where: SealedColumn
    row_id: UUID
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class Seen:
    """Both records and all that is sealed for the one that goes, as a snapshot shows them."""

    kept: Patient
    gone: Patient
    blobs: Sequence[Blob]


@dataclass(frozen=True)
class Plan:
    """What is to be written: new seals in the order of `seen.blobs`, and the columns of the record that stays."""

    seen: Seen
    sealed: Sequence[bytes] = field(repr=False)
    person: Mapping[str, bytes | None] = field(repr=False)
    by_id: UUID


async def look(db: AsyncSession, clinic_id: UUID, kept_id: UUID, gone_id: UUID) -> Seen | Refusal:
    """What is there, or why it cannot become one."""
    asked = select(Patient).where(Patient.clinic_id == clinic_id, Patient.id.in_([kept_id, gone_id]))
    found = {row.id: row for row in await db.scalars(asked)}
    if kept_id == gone_id:
        return Refusal.SAME
    if len(found) != 2:
        return Refusal.UNKNOWN
    if await _merged(db, kept_id, gone_id):
        return Refusal.MERGED
    return Seen(found[kept_id], found[gone_id], await blobs_of(db, gone_id))


async def blobs_of(db: AsyncSession, patient_id: UUID) -> list[Blob]:
    """Everything that is sealed for a patient outside of their own record; one statement for each column."""
    return [Blob(where, *row) for where in sealed_columns() for row in await db.execute(where.of(patient_id))]


async def write(db: AsyncSession, plan: Plan, now: datetime) -> bool:
    """Make them one; False, with nothing written, when anything of it changed since it was seen."""
    kept, gone = plan.seen.kept, plan.seen.gone
    # Bookings of the record that goes wait here, since their foreign key needs its row; both rows in one order.
    both = select(Patient).where(Patient.id.in_([kept.id, gone.id])).order_by(Patient.id)
    rows = {row.id: row for row in await db.scalars(both.with_for_update().execution_options(populate_existing=True))}
    if await _merged(db, kept.id, gone.id) or any(_own(rows[one.id]) != _own(one) for one in (kept, gone)):
        return False
    if await blobs_of(db, gone.id) != list(plan.seen.blobs):
        return False
    db.add(PatientMerge(gone_id=gone.id, kept_id=kept.id, clinic_id=kept.clinic_id, at=now, by_id=plan.by_id))
    await db.flush()  # what is signed lets itself be carried over by a merge that is written down, and by nothing else
    await reseal(db, plan.seen.blobs, plan.sealed)
    await turn(db, gone.id, kept.id)
    await db.execute(update(Patient).where(Patient.id == kept.id).values(plan.person))
    emptied = dict.fromkeys(("mail_sealed", "phone_sealed", "needs_sealed", "arrival_sealed"))
    emptied |= {"mail_index": None, "phone_index": None}
    await db.execute(update(Patient).where(Patient.id == gone.id).values({**emptied, "name_index": b""}))
    detail = {"gone": gone.id.hex, "moved": len(plan.seen.blobs)}
    note(db, Entry(kept.clinic_id, "patient.merged", "patient", kept.id, "staff", plan.by_id, detail), now)
    told = {"clinic": str(kept.clinic_id), "kept": str(kept.id), "gone": str(gone.id)}
    for wait in LATER:
        outbox.add(db, TOPIC, told, now, due_at=now + wait)
    await db.flush()
    return True


async def reseal(db: AsyncSession, blobs: Sequence[Blob], sealed: Sequence[bytes]) -> None:
    """Put new seals where the old ones lie; one that changed meanwhile stays as it is."""
    for blob, new in zip(blobs, sealed, strict=True):
        table, column = blob.where.table, blob.where.column
        there = (blob.where.row_id == blob.row_id, column == blob.sealed)
        await db.execute(update(table).where(*there).values({column.name: new}))


async def turn(db: AsyncSession, gone_id: UUID, kept_id: UUID) -> None:
    """Whatever names the old record names the new one."""
    for column in references():
        await db.execute(update(table_of(column)).where(column == gone_id).values({column.name: kept_id}))


async def kept_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> UUID:
    """Where this id leads: the record that it was merged into, and so on; itself for one that still stands."""
    for _ in range(MOST_STEPS):
        asked = select(PatientMerge.kept_id)
        found = await db.scalar(asked.where(PatientMerge.gone_id == patient_id, PatientMerge.clinic_id == clinic_id))
        if found is None:
            break
        patient_id = found
    return patient_id


async def merged_into(db: AsyncSession, kept_id: UUID) -> list[tuple[UUID, datetime]]:
    """The records that became part of this one: (old id, when)."""
    asked = select(PatientMerge.gone_id, PatientMerge.at).where(PatientMerge.kept_id == kept_id)
    return [(gone_id, at) for gone_id, at in await db.execute(asked.order_by(PatientMerge.at))]


async def _merged(db: AsyncSession, *patient_ids: UUID) -> bool:
    asked = select(PatientMerge.gone_id).where(or_(*(PatientMerge.gone_id == one for one in patient_ids)))
    return await db.scalar(asked.limit(1)) is not None


def _own(row: Patient) -> list[bytes | None]:
    return [getattr(row, column) for column in OWN]
