"""Queries of therapists' signs; values in, values out."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.presence.rules import HEARD_EVERY, Signs
from server.visit.presence.tables import TherapistAbsence, TherapistSign
from server.visit.rules import State
from server.visit.store import LONGEST_SESSION
from server.visit.tables import Visit


async def signs_of(db: AsyncSession, staff_ids: Collection[UUID], now: datetime) -> dict[UUID, Signs]:
    """Therapist -> what is known of them; everybody asked for has an entry."""
    signs = select(TherapistSign).where(TherapistSign.staff_id.in_(staff_ids))
    heard = {row.staff_id: row.heard_at for row in await db.scalars(signs)}
    gone = select(TherapistAbsence).where(TherapistAbsence.staff_id.in_(staff_ids), TherapistAbsence.back_at.is_(None))
    away = {row.staff_id: row.from_at for row in await db.scalars(gone)}
    running = select(Visit.therapist_id).where(
        Visit.therapist_id.in_(staff_ids),
        Visit.state == State.IN_SESSION,
        Visit.left_at.is_(None),
        Visit.admitted_at >= now - LONGEST_SESSION,
    )
    busy = set(await db.scalars(running))
    return {who: Signs(heard.get(who), away.get(who), who in busy) for who in staff_ids}


async def heard(db: AsyncSession, clinic_id: UUID, staff_id: UUID, now: datetime) -> None:
    """A page of this therapist is in front of them now; written sparingly."""
    row = await lock_therapist(db, clinic_id, staff_id)
    if row.heard_at is None or now - row.heard_at >= HEARD_EVERY:
        row.heard_at = now


async def heard_at(db: AsyncSession, staff_id: UUID) -> datetime | None:
    """The last sign."""
    return await db.scalar(select(TherapistSign.heard_at).where(TherapistSign.staff_id == staff_id))


async def step_away(db: AsyncSession, clinic_id: UUID, staff_id: UUID, by_id: UUID, now: datetime) -> bool:
    """Write that they step away; False when that was said already."""
    await lock_therapist(db, clinic_id, staff_id)
    if await db.scalar(_open(staff_id)):
        return False
    db.add(TherapistAbsence(id=uuid4(), clinic_id=clinic_id, staff_id=staff_id, from_at=now, by_id=by_id))
    await db.flush()
    return True


async def come_back(db: AsyncSession, staff_id: UUID, by_id: UUID, now: datetime) -> bool:
    """Write that they are back; False when nobody had said they were away."""
    ended = update(TherapistAbsence).where(TherapistAbsence.staff_id == staff_id, TherapistAbsence.back_at.is_(None))
    found = await db.scalars(ended.values(back_at=now, back_by=by_id).returning(TherapistAbsence.id))
    return bool(found.all())


def _open(staff_id: UUID) -> Select[UUID]:
    absence = TherapistAbsence
    return select(absence.id).where(absence.staff_id == staff_id, absence.back_at.is_(None))


async def lock_therapist(db: AsyncSession, clinic_id: UUID, staff_id: UUID) -> TherapistSign:
    """The row of this therapist, made when there is none; locked for this unit."""
    asked = select(TherapistSign).where(TherapistSign.staff_id == staff_id).with_for_update()
    row = await db.scalar(asked)
    if row is not None:
        return row
    row = TherapistSign(staff_id=staff_id, clinic_id=clinic_id)
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:  # somebody else made it in this moment
        row = (await db.scalars(asked)).one()
    return row
