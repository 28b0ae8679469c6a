"""Queries of care relations; why somebody broke the glass stays sealed here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring, Place, seal, unseal
from server.db import added
from server.patients.care.tables import CareKeep, CareSharing, GlassBreak


@dataclass(frozen=True)
class Glass:
    """One emergency access."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    staff_id: UUID
    at: datetime
    until: datetime
    ended_at: datetime | None = None
    reason: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Between:
    """What the rows say between one member of staff and one patient."""

    kept: bool
    glass_until: datetime | None
    shared: bool


async def between(db: AsyncSession, clinic_id: UUID, patient_id: UUID, staff_id: UUID) -> Between:
    mine = (CareKeep.patient_id == patient_id, CareKeep.staff_id == staff_id)
    kept = await db.scalar(select(CareKeep.kept).where(*mine).order_by(CareKeep.at.desc()).limit(1))
    broken = (GlassBreak.patient_id == patient_id, GlassBreak.staff_id == staff_id, GlassBreak.ended_at.is_(None))
    until = await db.scalar(select(GlassBreak.until).where(*broken).order_by(GlassBreak.until.desc()).limit(1))
    shared, _ = await sharing(db, clinic_id)
    return Between(bool(kept), until, shared)


async def kept_by(db: AsyncSession, clinic_id: UUID, staff_id: UUID) -> set[UUID]:
    """The patients whose records they keep open now."""
    mine = (CareKeep.clinic_id == clinic_id, CareKeep.staff_id == staff_id)
    newest: dict[UUID, bool] = {}
    for patient_id, kept in await db.execute(
        select(CareKeep.patient_id, CareKeep.kept).where(*mine).order_by(CareKeep.at)
    ):
        newest[patient_id] = kept
    return {patient_id for patient_id, kept in newest.items() if kept}


async def kept_in(db: AsyncSession, clinic_id: UUID, among: Collection[UUID] | None = None) -> set[UUID]:
    """The patients, of these or of all, whose records somebody of the clinic keeps open now."""
    newest: dict[tuple[UUID, UUID], bool] = {}
    asked = select(CareKeep.patient_id, CareKeep.staff_id, CareKeep.kept).where(CareKeep.clinic_id == clinic_id)
    if among is not None:
        asked = asked.where(CareKeep.patient_id.in_(among))
    for patient_id, staff_id, kept in await db.execute(asked.order_by(CareKeep.at)):
        newest[patient_id, staff_id] = kept
    return {patient_id for (patient_id, _), kept in newest.items() if kept}


async def sharing(db: AsyncSession, clinic_id: UUID) -> tuple[bool, int]:
    """Whether the clinic shares records among its therapists, and the number of that choice; 0: it never chose."""
    asked = select(CareSharing.shared, CareSharing.number).where(CareSharing.clinic_id == clinic_id)
    row = (await db.execute(asked.order_by(CareSharing.number.desc()).limit(1))).first()
    return (row.shared, row.number) if row else (False, 0)


async def share(db: AsyncSession, clinic_id: UUID, over: int, by: UUID | None, now: datetime, *, shared: bool) -> bool:
    """Choose over the choice of this number; False when somebody else was faster."""
    row = CareSharing(id=uuid4(), clinic_id=clinic_id, number=over + 1, shared=shared, by_id=by, at=now)
    return await added(db, row)


async def keep(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, staff_id: UUID, now: datetime, *, kept: bool
) -> None:  # fmt: skip
    """They keep the record open, or no more."""
    whose = {"clinic_id": clinic_id, "patient_id": patient_id, "staff_id": staff_id}
    db.add(CareKeep(id=uuid4(), **whose, kept=kept, at=now))
    await db.flush()


def place(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "glass_breaks", row_id, "reason")


def seal_reason(key: Keyring, clinic_id: UUID, row_id: UUID, reason: str) -> bytes:
    return seal(key, reason, place(clinic_id, key.owner, row_id))


def open_reason(key: Keyring, one: Glass) -> str:
    """Why they did. Raises SealBroken."""
    return unseal(key, one.reason, place(one.clinic_id, key.owner, one.id))


async def break_glass(db: AsyncSession, new: Glass) -> bool:
    """Write it; the same id again writes nothing: False."""
    if await db.scalar(select(GlassBreak.id).where(GlassBreak.id == new.id)):
        return False
    whose = {"clinic_id": new.clinic_id, "patient_id": new.patient_id, "staff_id": new.staff_id}
    db.add(GlassBreak(id=new.id, **whose, reason_sealed=new.reason, at=new.at, until=new.until))
    await db.flush()
    return True


async def glasses(db: AsyncSession, clinic_id: UUID, limit: int = 100) -> list[Glass]:
    """The emergency accesses of a clinic, the newest first."""
    asked = select(GlassBreak).where(GlassBreak.clinic_id == clinic_id).order_by(GlassBreak.at.desc()).limit(limit)
    return [_glass(row) for row in await db.scalars(asked)]


async def glass_of(db: AsyncSession, clinic_id: UUID, glass_id: UUID) -> Glass | None:
    row = await db.scalar(select(GlassBreak).where(GlassBreak.clinic_id == clinic_id, GlassBreak.id == glass_id))
    return _glass(row) if row else None


async def end_glass(db: AsyncSession, clinic_id: UUID, glass_id: UUID, by: UUID | None, now: datetime) -> bool:
    """End it early; False when it was over."""
    open_one = (GlassBreak.clinic_id == clinic_id, GlassBreak.id == glass_id, GlassBreak.ended_at.is_(None))
    asked = select(func.count()).select_from(GlassBreak).where(*open_one, GlassBreak.until > now)
    there = await db.scalar(asked)
    await db.execute(update(GlassBreak).where(*open_one, GlassBreak.until > now).values(ended_at=now, ended_by=by))
    return bool(there)


def _glass(row: GlassBreak) -> Glass:
    whose = (row.id, row.clinic_id, row.patient_id, row.staff_id)
    return Glass(*whose, row.at, row.until, row.ended_at, row.reason_sealed)
