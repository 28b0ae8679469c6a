"""Which files of sessions somebody has sent, and which are still to be sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.programmes import store
from server.programmes.fields import Export
from server.programmes.tables import Course, CourseEntry, CourseExport


@dataclass(frozen=True)
class Sent:
    """Somebody noted that a file was sent: on which day, who noted it, and when."""

    on: date
    by: UUID
    at: datetime


@dataclass(frozen=True)
class ToSend:
    """The file of a session that began then, of which nobody has noted that it was sent."""

    course_id: UUID
    patient_id: UUID
    programme: str
    export: Export
    session: int
    began: datetime


async def sent(db: AsyncSession, course_id: UUID) -> dict[tuple[str, int], Sent]:
    """(export, session) -> that it was sent; of one course."""
    rows = await db.scalars(select(CourseExport).where(CourseExport.course_id == course_id))
    return {(row.export, row.session): Sent(row.sent_on, row.by_id, row.at) for row in rows}


async def note_sent(db: AsyncSession, row: store.Row, about: tuple[str, int], one: Sent) -> bool:
    """Write it, `about` (export, session); False where somebody did before."""
    export, session = about
    new = CourseExport(id=uuid4(), clinic_id=row.clinic_id, course_id=row.id, export=export, session=session)
    new.sent_on, new.by_id, new.at = one.on, one.by, one.at
    return await added(db, new)


async def to_send(db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID] | None) -> list[ToSend]:
    """Of these patients, or of all; of courses that have ended too. The session that was longest ago comes first."""
    used = select(Course.version_id).where(Course.clinic_id == clinic_id).distinct()
    pinned = await store.versions(db, list(await db.scalars(used)))
    found: list[ToSend] = []
    for version_id, one in pinned.items():
        for export in (each for each in one.definition.exports if each.within):
            rows = await _open(db, clinic_id, version_id, (one.definition.treatment.id, export.id))
            found += [
                ToSend(course_id, patient_id, one.definition.name, export, session, at)
                for course_id, patient_id, session, at in rows
                if patient_ids is None or patient_id in patient_ids
            ]
    return sorted(found, key=lambda each: (each.began, each.course_id))


async def _open(
    db: AsyncSession, clinic_id: UUID, version_id: UUID, names: tuple[str, str]
) -> list[tuple[UUID, UUID, int, datetime]]:
    """Sessions of one version with no note; `names`: of the step by which they begin, and of the file."""
    treatment, export = names
    entry, note = CourseEntry, CourseExport
    mine = and_(note.course_id == entry.course_id, note.session == entry.session, note.export == export)
    asked = (
        select(entry.course_id, Course.patient_id, entry.session, entry.at)
        .join(Course, Course.id == entry.course_id)
        .outerjoin(note, mine)
        .where(Course.clinic_id == clinic_id, Course.version_id == version_id, entry.step == treatment)
        .where(note.id.is_(None))
    )
    return [(course_id, patient_id, session, at) for course_id, patient_id, session, at in await db.execute(asked)]
