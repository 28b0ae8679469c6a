"""Meetings after sessions: which were booked by themselves, as what service, and why one was not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.cards import bookings_named
from server.db import added
from server.programmes.after.rules import Ended, Meeting, Why, meetings
from server.programmes.definition import Definition
from server.programmes.store import Row
from server.programmes.tables import Course, CourseBooking, CourseMeeting, ProgrammeTerm

MEETING, HOME = "course.meeting", "course.home"


@dataclass(frozen=True)
class Terms:
    """How a clinic gives one programme: the service of the meetings after its sessions. `number` of that choice."""

    service_id: UUID | None = None
    number: int = 0


def set_in_motion(db: AsyncSession, row: Row, definition: Definition, one: Ended, now: datetime) -> None:
    """Queue what follows the end of a session, once: its ids follow from the course and the session."""
    about = {"course": row.id.hex, "clinic": row.clinic_id.hex, "session": one.session}
    for step in meetings(definition, one):
        row_id = uuid5(row.id, f"{MEETING} {step.id} {one.session}")
        outbox.add(db, MEETING, {**about, "step": step.id, "over": one.at.isoformat()}, now, row_id=row_id)
    if one.step.tells:
        outbox.add(db, HOME, {**about, "step": one.step.id}, now, row_id=uuid5(row.id, f"{HOME} {one.session}"))


async def terms(db: AsyncSession, clinic_id: UUID, key: str) -> Terms:
    """What counts now."""
    asked = select(ProgrammeTerm).where(ProgrammeTerm.clinic_id == clinic_id, ProgrammeTerm.key == key)
    row = await db.scalar(asked.order_by(ProgrammeTerm.number.desc()).limit(1))
    return Terms(row.service_id, row.number) if row else Terms()


async def choose(
    db: AsyncSession, clinic_id: UUID, key: str, service_id: UUID | None, by: UUID | None, now: datetime
) -> bool:
    """Name the service over what counted; False where it was that already, or somebody was faster."""
    known = await terms(db, clinic_id, key)
    if known.service_id == service_id:
        return False
    row = ProgrammeTerm(
        id=uuid4(), clinic_id=clinic_id, key=key, number=known.number + 1, service_id=service_id, by_id=by, at=now
    )
    return await added(db, row)


async def settled(db: AsyncSession, course_id: UUID, step: str, session: int) -> bool:
    """Whether this meeting was booked, or found to be impossible, before."""
    mine = (CourseMeeting.course_id == course_id, CourseMeeting.step == step, CourseMeeting.session == session)
    return await db.scalar(select(CourseMeeting.id).where(*mine)) is not None


async def settle(
    db: AsyncSession, row: Row, about: tuple[str, int], found: UUID | Why, now: datetime
) -> bool:  # fmt: skip
    """Write what became of a meeting, `about` (step, session); False where that is known."""
    step, session = about
    new = CourseMeeting(
        id=uuid4(),
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        course_id=row.id,
        step=step,
        session=session,
        booking_id=found if isinstance(found, UUID) else None,
        why="" if isinstance(found, UUID) else found.value,
        at=now,
    )
    return await added(db, new)


async def meetings_of(db: AsyncSession, definition: Definition, course_id: UUID) -> list[Meeting]:
    """Of a course, the latest session first."""
    asked = select(CourseMeeting).where(CourseMeeting.course_id == course_id).order_by(CourseMeeting.session.desc())
    rows = list(await db.scalars(asked))
    cards = await bookings_named(db, [row.booking_id for row in rows if row.booking_id])
    found = []
    for row in rows:
        card = cards.get(row.booking_id) if row.booking_id else None
        step = definition.by_id[row.step]
        if card is None:
            found.append(Meeting(step, row.session, why=Why(row.why) if row.why else None, gone=not row.why))
        else:
            gone = card.cancelled_at is not None
            found.append(Meeting(step, row.session, card.starts_at, card.public_id, gone))
    return found


async def not_booked(db: AsyncSession, clinic_id: UUID, since: datetime) -> Sequence[tuple[UUID, str, int]]:
    """(course, step, session) of meetings since then that somebody has to book, of courses that go on."""
    asked = select(CourseMeeting.course_id, CourseMeeting.step, CourseMeeting.session).join(
        Course, Course.id == CourseMeeting.course_id
    )
    mine = (CourseMeeting.clinic_id == clinic_id, CourseMeeting.why != "", CourseMeeting.at >= since)
    return [(course, step, session) for course, step, session in await db.execute(asked.where(*mine))]


async def belong_to_courses(db: AsyncSession, booking_ids: Collection[UUID]) -> set[UUID]:
    """Those of these bookings that are sessions of a course."""
    asked = select(CourseBooking.booking_id).where(CourseBooking.booking_id.in_(booking_ids))
    return set(await db.scalars(asked)) if booking_ids else set()
