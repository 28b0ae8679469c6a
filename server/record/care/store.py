"""Queries of what is known of a patient's care; values stay sealed here."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.record.care.rules import Kind
from server.record.care.tables import CareEntry


@dataclass(frozen=True)
class Sealed:
    """One writing of an entry."""

    id: UUID
    entry_id: UUID
    kind: Kind
    number: int
    by_id: UUID
    at: datetime
    struck: bool
    blob: bytes = field(repr=False)


async def entries_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Sealed]:
    """Every entry about a patient as it was written last."""
    newest = {one.entry_id: one for one in await writings_of(db, clinic_id, patient_id)}
    return list(newest.values())


async def writings_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Sealed]:
    """Every writing of every entry about a patient, of each entry the oldest first."""
    asked = select(CareEntry).where(CareEntry.clinic_id == clinic_id, CareEntry.patient_id == patient_id)
    return [
        Sealed(row.id, row.entry_id, Kind(row.kind), row.number, row.by_id, row.at, row.struck, row.value_sealed)
        for row in await db.scalars(asked.order_by(CareEntry.number))
    ]


async def add(db: AsyncSession, clinic_id: UUID, patient_id: UUID, new: Sealed) -> bool:
    """Write an entry over the writing before this number; False when somebody else did so first."""
    row = CareEntry(
        id=new.id, clinic_id=clinic_id, patient_id=patient_id, kind=new.kind.value, entry_id=new.entry_id,
        number=new.number, value_sealed=new.blob, struck=new.struck, by_id=new.by_id, at=new.at,
    )  # fmt: skip
    return await added(db, row)
