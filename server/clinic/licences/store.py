"""Queries of licences: values in, values out."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.licences import tables
from server.clinic.licences.rules import Licence, Place
from server.clinic.tables import Clinic


async def licences_of(
    db: AsyncSession, clinic_id: UUID, staff_ids: Collection[UUID]
) -> dict[UUID, tuple[Licence, ...]]:
    """Member of staff -> what is on their list, by place; everybody asked for has an entry."""
    row = tables.Licence
    found: dict[UUID, list[Licence]] = {staff_id: [] for staff_id in staff_ids}
    asked = select(row).where(row.clinic_id == clinic_id, row.staff_id.in_(staff_ids), row.dropped_at.is_(None))
    for one in await db.scalars(asked.order_by(row.country, row.region, row.expires, row.added_at)):
        found[one.staff_id].append(_value(one))
    return {staff_id: tuple(licences) for staff_id, licences in found.items()}


async def add_licence(
    db: AsyncSession, clinic_id: UUID, staff_id: UUID, licence: Licence, by: UUID | None, now: datetime
) -> None:
    """Put a licence on somebody's list."""
    db.add(
        tables.Licence(
            id=licence.id,
            clinic_id=clinic_id,
            staff_id=staff_id,
            country=licence.place.country,
            region=licence.place.region,
            kind=licence.kind,
            number=licence.number,
            expires=licence.expires,
            added_at=now,
            added_by=by,
        )
    )
    await db.flush()
    await _note_whether_any(db, clinic_id)


async def drop_licence(
    db: AsyncSession, clinic_id: UUID, staff_id: UUID, licence_id: UUID, by: UUID | None, now: datetime
) -> bool:
    """Take a licence off; the row stays. False when it is not on this list (any more)."""
    row = tables.Licence
    theirs = (row.id == licence_id, row.clinic_id == clinic_id, row.staff_id == staff_id, row.dropped_at.is_(None))
    done = await db.execute(update(row).where(*theirs).values(dropped_at=now, dropped_by=by).returning(row.id))
    found = done.scalar_one_or_none() is not None
    if found:
        await _note_whether_any(db, clinic_id)
    return found


async def _note_whether_any(db: AsyncSession, clinic_id: UUID) -> None:
    """The booking page reads this with the clinic, so that it asks for licences only where there are some."""
    row = tables.Licence
    kept = select(row.id).where(row.clinic_id == clinic_id, row.dropped_at.is_(None)).exists()
    await db.execute(update(Clinic).where(Clinic.id == clinic_id).values(has_places=kept))


def _value(row: tables.Licence) -> Licence:
    return Licence(row.id, Place(row.country, row.region), row.kind, row.number, row.expires)
