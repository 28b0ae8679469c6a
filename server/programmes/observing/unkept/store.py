"""Queries of what was taken off a device; sealed here with the key of its patient."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring, Place, seal, unseal
from server.db import added
from server.programmes.observing.unkept.rules import Never, Unkept
from server.programmes.observing.unkept.tables import CourseUnkept
from server.programmes.store import Row
from server.programmes.tables import CourseEntry


def _place(key: Keyring, clinic_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, key.owner, "course_unkept", row_id, "said")


def sealed(key: Keyring, clinic_id: UUID, one: Unkept) -> bytes:
    text = json.dumps({"answers": dict(one.answers), "reason": one.reason}, ensure_ascii=False)
    return seal(key, text, _place(key, clinic_id, one.id))


async def is_there(db: AsyncSession, course_id: UUID, row_id: UUID) -> bool:
    """Whether this id is known of the course: kept, by whichever way, or taken off a device."""
    kept = select(CourseEntry.id).where(CourseEntry.id == row_id, CourseEntry.course_id == course_id)
    off = select(CourseUnkept.id).where(CourseUnkept.id == row_id, CourseUnkept.course_id == course_id)
    return bool(await db.scalar(kept) or await db.scalar(off))


async def add(db: AsyncSession, row: Row, one: Unkept, blob: bytes) -> bool:
    """False where something stands under this id."""
    new = CourseUnkept(id=one.id, clinic_id=row.clinic_id, patient_id=row.patient_id, course_id=row.id, step=one.step)
    new.at, new.never, new.said_sealed = one.at, one.never.value, blob
    new.by_id, new.written_at = one.by, one.written_at
    return await added(db, new)


async def of_course(db: AsyncSession, key: Keyring, row: Row) -> list[Unkept]:
    """All of a course, the latest first. Raises SealBroken."""
    asked = select(CourseUnkept).where(CourseUnkept.course_id == row.id).order_by(CourseUnkept.at.desc())
    return [_unkept(key, one) for one in await db.scalars(asked)]


def _unkept(key: Keyring, row: CourseUnkept) -> Unkept:
    found = json.loads(unseal(key, row.said_sealed, _place(key, row.clinic_id, row.id)))
    return Unkept(
        row.id, row.course_id, row.step, row.at, Never(row.never), found["answers"], found["reason"], row.by_id,
        row.written_at,
    )  # fmt: skip
