"""Which courses have a session on observation."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes import store
from server.programmes.store import Row
from server.programmes.tables import Course, CourseEntry


async def begun(db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID] | None) -> list[Row]:
    """Courses of these patients, or of all, in which a session has begun and is not over, the oldest first."""
    asked = select(Course).where(Course.clinic_id == clinic_id, Course.ended_at.is_(None)).order_by(Course.began_at)
    rows = [
        store.row_of(row) for row in await db.scalars(asked) if patient_ids is None or row.patient_id in patient_ids
    ]
    pinned = await store.versions(db, [row.version_id for row in rows])
    kept = []
    for version_id, one in pinned.items():
        mine = [row.id for row in rows if row.version_id == version_id]
        treatment, endings = one.definition.treatment.id, one.definition.endings
        of = CourseEntry.course_id.in_(mine)
        started = select(CourseEntry.course_id, CourseEntry.session).where(of, CourseEntry.step == treatment)
        other = CourseEntry.__table__.alias()
        over = exists().where(
            and_(
                other.c.course_id == CourseEntry.course_id,
                other.c.session == CourseEntry.session,
                other.c.step.in_(endings),
            )
        )
        kept += [course_id for course_id, _ in await db.execute(started.where(~over))]
    return [row for row in rows if row.id in set(kept)]
