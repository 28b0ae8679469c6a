"""Meetings after sessions: which were booked by themselves, as what service, and why one was not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.cards import bookings_named, bookings_of
from server.booking.rules import BookingCard
from server.db import added
from server.programmes.after.rules import Ended, Meeting, Why, meetings
from server.programmes.definition import Definition
from server.programmes.store import Row
from server.programmes.tables import (
    Course,
    CourseBooking,
    CourseEntry,
    CourseMeeting,
    ProgrammeTerm,
    ProgrammeVersion,
)  # fmt: skip

MEETING, HOME = "course.meeting", "course.home"
PATIENT, ESCORT = "patient", "escort"


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
    for to in (PATIENT, ESCORT) if one.step.tells else ():  # each by itself: one that fails repeats nobody else's
        said = {**about, "step": one.step.id, "to": to, "over": one.at.isoformat()}
        outbox.add(db, HOME, said, now, row_id=uuid5(row.id, f"{HOME} {to} {one.session}"))


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


async def meetings_of(db: AsyncSession, definition: Definition, row: Row) -> list[Meeting]:
    """Of a course, the latest session first."""
    asked = select(CourseMeeting).where(CourseMeeting.course_id == row.id, CourseMeeting.why != Why.UNTOLD.value)
    asked = asked.order_by(CourseMeeting.session.desc())
    rows = list(await db.scalars(asked))
    cards = await bookings_named(db, [one.booking_id for one in rows if one.booking_id])
    by_hand = await _by_hand(db, definition.id, row.clinic_id, row.patient_id, rows)
    done = await _done(db, rows)
    found = []
    for one in rows:
        card = (cards.get(one.booking_id) if one.booking_id else None) or by_hand.get(one.id)
        step, why = definition.by_id[one.step], Why(one.why) if one.why else None
        if card is None:
            found.append(Meeting(step, one.session, why=why, gone=why is None, done=one.id in done))
        else:
            gone = card.cancelled_at is not None
            found.append(Meeting(step, one.session, card.starts_at, card.public_id, gone, done=one.id in done))
    return found


async def untold(db: AsyncSession, course_id: UUID) -> Sequence[int]:
    """The sessions after which the words for the way home were not sent, the latest first."""
    mine = (CourseMeeting.course_id == course_id, CourseMeeting.why == Why.UNTOLD.value)
    return list(await db.scalars(select(CourseMeeting.session).where(*mine).order_by(CourseMeeting.session.desc())))


async def not_booked(db: AsyncSession, clinic_id: UUID, since: datetime) -> Sequence[tuple[UUID, str, int]]:
    """(course, step, session) of meetings since then that somebody has to book, of courses that go on."""
    open_ = CourseMeeting.why.not_in(("", Why.UNTOLD.value))
    mine = (CourseMeeting.clinic_id == clinic_id, open_, CourseMeeting.at >= since)
    asked = select(CourseMeeting, ProgrammeVersion.key).join(Course, Course.id == CourseMeeting.course_id)
    asked = asked.join(ProgrammeVersion, ProgrammeVersion.id == Course.version_id)
    found = [(row, key) for row, key in await db.execute(asked.where(*mine, Course.ended_at.is_(None)))]
    settled = await _done(db, [row for row, _ in found])
    for patient_id, key in {(row.patient_id, key) for row, key in found}:
        theirs = [row for row, of in found if row.patient_id == patient_id and of == key]
        settled |= set(await _by_hand(db, key, clinic_id, patient_id, theirs))
    return [(row.course_id, row.step, row.session) for row, _ in found if row.id not in settled]


async def _done(db: AsyncSession, rows: Sequence[CourseMeeting]) -> set[UUID]:
    """Those of which it is written that they were."""
    asked = select(CourseEntry.course_id, CourseEntry.step, CourseEntry.session)
    entries = await db.execute(asked.where(CourseEntry.course_id.in_({row.course_id for row in rows}))) if rows else ()
    written = {tuple(entry) for entry in entries}
    return {row.id for row in rows if (row.course_id, row.step, row.session) in written}


async def _by_hand(
    db: AsyncSession, key: str, clinic_id: UUID, patient_id: UUID, rows: Sequence[CourseMeeting]
) -> dict[UUID, BookingCard]:
    """Meeting that was not booked by itself -> the booking for the clinic's service of it that somebody made since."""
    open_ = sorted((row for row in rows if row.why), key=lambda row: row.at)
    service_id = (await terms(db, clinic_id, key)).service_id if open_ else None
    if service_id is None:
        return {}
    cards = [card for card in await bookings_of(db, clinic_id, patient_id, None) if card.service_id == service_id]
    taken = {row.booking_id for row in rows}
    free = [card for card in cards if card.cancelled_at is None and card.id not in taken]
    found: dict[UUID, BookingCard] = {}
    for row in open_:
        card = next((card for card in free if card.starts_at > row.at), None)
        if card:
            found[row.id] = card
            free.remove(card)
    return found


async def belong_to_courses(db: AsyncSession, booking_ids: Collection[UUID]) -> set[UUID]:
    """Those of these bookings that are sessions of a course."""
    asked = select(CourseBooking.booking_id).where(CourseBooking.booking_id.in_(booking_ids))
    return set(await db.scalars(asked)) if booking_ids else set()
