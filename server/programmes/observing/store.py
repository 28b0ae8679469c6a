"""Which courses have a session on observation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes import store
from server.programmes.observing.red import KIND, OVERDUE
from server.programmes.questions import Verdict
from server.programmes.store import Row
from server.programmes.tables import Course, CourseEntry
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert


async def begun(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID] | None, pressed_from: datetime
) -> list[Row]:
    """Courses of these patients, or of all, in which a session has begun and is not over, or a card was pressed from
    then on; the oldest first. Of one whose definition is not read any more nothing is planned: the board has it.
    """
    asked = select(Course).where(Course.clinic_id == clinic_id, Course.ended_at.is_(None)).order_by(Course.began_at)
    rows = [
        store.row_of(row) for row in await db.scalars(asked) if patient_ids is None or row.patient_id in patient_ids
    ]
    pinned = await store.versions(db, [row.version_id for row in rows])
    kept = []
    for version_id, one in pinned.items():
        if one.definition.faults:
            continue
        mine = [row.id for row in rows if row.version_id == version_id]
        treatment, endings, let_go = one.definition.treatment.id, one.definition.endings, one.definition.let_go
        of = CourseEntry.course_id.in_(mine)
        started = select(CourseEntry.course_id, CourseEntry.session).where(of, CourseEntry.step == treatment)
        other = CourseEntry.__table__.alias()
        over = exists().where(
            and_(
                other.c.course_id == CourseEntry.course_id,
                other.c.session == CourseEntry.session,
                other.c.step.in_(endings),
                or_(other.c.step.not_in(let_go), other.c.verdict != Verdict.STOP.value),
            )
        )
        kept += [course_id for course_id, _ in await db.execute(started.where(~over))]
        cards = [step.id for step in one.definition.steps if step.card]
        pressed = select(CourseEntry.course_id).where(of, CourseEntry.step.in_(cards), CourseEntry.at >= pressed_from)
        kept += await db.scalars(pressed) if cards else []
    return [row for row in rows if row.id in set(kept)]


@dataclass(frozen=True)
class Taken:
    """An entry of a session: of which course and patient, who wrote it, and when it was. A reading that is `late`
    nobody wrote.
    """

    course_id: UUID
    patient_id: UUID
    by: UUID | None
    at: datetime
    late: bool = False


async def taken(db: AsyncSession, entry_id: UUID) -> Taken | None:
    row = await db.get(CourseEntry, entry_id)
    return Taken(row.course_id, row.patient_id, row.by_id, row.at) if row else None


async def called_about(db: AsyncSession, alert: Alert) -> Taken | None:
    """What an alert is about; None where it is about no reading, or that is not there."""
    if alert.kind == OVERDUE:
        row = await store.course_of(db, alert.clinic_id, alert.subject_id)
        return Taken(row.id, row.patient_id, None, alert.begun_at, late=True) if row else None
    return await taken(db, alert.subject_id) if alert.kind == KIND else None


@dataclass(frozen=True)
class Call:
    """That people were called about an entry, and who looks after it, since when; nobody yet: None."""

    alert_id: UUID
    at: datetime
    by: UUID | None = None
    answered_at: datetime | None = None


async def calls(db: AsyncSession, entry_ids: Collection[UUID], course_id: UUID) -> list[Call]:
    """About these entries, the latest first; before them about a reading of the course that is late."""
    late = (await alerts.open_alerts(db, OVERDUE, [course_id])).values()
    found = [*late, *await alerts.of_subjects(db, KIND, entry_ids)]
    return [Call(one.id, one.begun_at, one.closed_by, one.closed_at) for one in found]
