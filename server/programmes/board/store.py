"""Queries of the board: courses that go on, and of each what is open, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, column, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.db import Instant
from server.programmes import store
from server.programmes.after.store import not_booked
from server.programmes.changes import Change, Kind
from server.programmes.course import Entry, Key, Override, Seen, Why
from server.programmes.questions import Verdict
from server.programmes.store import Pinned, Row
from server.programmes.tables import Course, CourseAsk, CourseBooking, CourseChange, CourseEntry, CourseOverride

# Bookings belong to another feature: joined by name, as foreign keys are.
_booking = table("bookings", column("id", Uuid()), column("appointment_id", Uuid()))
_appointment = table("appointments", column("id", Uuid()), column("starts_at", Instant()))
_cancelled = table("cancellations", column("booking_id", Uuid()))
_taken_back = table("consent_withdrawals", column("consent_id", Uuid()))
LOOKED_BACK = timedelta(days=3)
"""So long a meeting that is not booked stands on the board."""
NO_QUESTION: frozenset[str] = frozenset()
VERDICTS = {one.value: one for one in Verdict}


@dataclass(frozen=True)
class Near:
    """A course that goes on, and what is written of its open sessions; `starts`: of bookings, as far as they matter;
    `stops`: how often an answer of a step came to a stop in the whole course; `to_book`: steps of meetings
    that somebody has to book.
    """

    row: Row
    pinned: Pinned
    entries: Sequence[Entry]
    overrides: Sequence[Override]
    changes: Sequence[Change]
    starts: Sequence[datetime]
    stops: Mapping[str, int] = field(default_factory=dict)
    to_book: Sequence[str] = ()


async def going(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID] | None, midnight: datetime, tomorrow: datetime
) -> list[Near]:
    """The courses of these patients, or of all. `midnight` and `tomorrow`: when today began, and when it ends."""
    columns = [getattr(Course, name) for name in Row.__dataclass_fields__]
    asked = select(*columns).where(Course.clinic_id == clinic_id, Course.ended_at.is_(None))
    rows = [Row(*row) for row in await db.execute(asked)]
    rows = [row for row in rows if patient_ids is None or row.patient_id in patient_ids]
    if not rows:
        return []
    pinned = await store.versions(db, [row.version_id for row in rows])
    back = {step for one in pinned.values() for step in one.definition.looked_back}
    remembered = {step for one in pinned.values() for step in one.definition.remembered}
    entries = await _entries(db, clinic_id, back, remembered)
    overrides, changes = await _overrides(db, clinic_id), await _changes(db, clinic_id)
    ruled = {rule.step for one in pinned.values() for rule in one.definition.stop_rules if rule.step}
    starts, stops = await _starts(db, clinic_id, midnight, tomorrow), await _stops(db, clinic_id, ruled)
    to_book = defaultdict[UUID, list[str]](list)
    for course_id, step, _ in await not_booked(db, clinic_id, midnight - LOOKED_BACK):
        to_book[course_id].append(step)
    return [
        Near(
            row,
            pinned[row.version_id],
            entries.get(row.id, []),
            overrides[row.id],
            changes[row.id],
            starts[row.id],
            stops[row.id],
            to_book[row.id],
        )
        for row in rows
    ]


def _of(clinic_id: UUID, *columns: Any) -> Select[Any]:
    kind = columns[0].class_
    joined = select(*columns).join(Course, Course.id == kind.course_id)
    return joined.where(Course.clinic_id == clinic_id, Course.ended_at.is_(None))


async def _entries(
    db: AsyncSession, clinic_id: UUID, looked_back: Collection[str], remembered: Collection[str]
) -> Mapping[UUID, list[Entry]]:
    """Of the course and of its open sessions; of the last one that is closed only what the next one looks back at, and
    of what is `remembered` the last time.
    """
    row, found = CourseEntry, defaultdict[UUID, dict[Key, Entry]](dict)
    asked = _of(clinic_id, row.course_id, row.step, row.session, row.round, row.at, row.verdict)
    asked = asked.outerjoin(_taken_back, _taken_back.c.consent_id == row.id).add_columns(_taken_back.c.consent_id)
    asked = asked.outerjoin(CourseAsk, CourseAsk.entry_id == row.id).add_columns(CourseAsk.question)
    last = and_(row.session == Course.closed, row.step.in_(looked_back))
    near = or_(row.session == 0, row.session > Course.closed, last, and_(row.step.in_(remembered), _is_last(row)))
    for course_id, step, session, number, at, verdict, back, asks in await db.execute(asked.where(near)):
        key, came = Key(step, session, number), Verdict.STOP if back else VERDICTS[verdict]
        questions = frozenset({asks}) if asks else NO_QUESTION
        if asks and (before := found[course_id].get(key)):  # it comes once for each question that asks for a step
            questions |= before.asks
        found[course_id][key] = Entry(key, at, came, asks=questions)
    return {course_id: list(several.values()) for course_id, several in found.items()}


def _is_last(row: type[CourseEntry]) -> ColumnElement[bool]:
    """Of its step and course, among the sessions that are closed."""
    other = aliased(CourseEntry)
    same = (other.course_id == row.course_id, other.step == row.step, other.session <= Course.closed)
    newest = select(func.max(other.session)).where(*same).correlate(row, Course).scalar_subquery()
    return row.session == newest


async def _stops(db: AsyncSession, clinic_id: UUID, steps: Collection[str]) -> Mapping[UUID, dict[str, int]]:
    row, found = CourseEntry, defaultdict[UUID, dict[str, int]](dict)
    asked = _of(clinic_id, row.course_id, row.step, func.count())
    asked = asked.where(row.step.in_(steps), row.verdict == Verdict.STOP.value)
    for course_id, step, count in await db.execute(asked.group_by(row.course_id, row.step)):
        found[course_id][step] = count
    return found


async def _overrides(db: AsyncSession, clinic_id: UUID) -> Mapping[UUID, list[Override]]:
    row, found = CourseOverride, defaultdict[UUID, list[Override]](list)
    asked = _of(clinic_id, row.course_id, row.gate, row.session, row.at, row.by_id, row.seen)
    near = or_(row.session == 0, row.session >= Course.closed)
    for course_id, gate, session, at, by_id, seen in await db.execute(asked.where(near)):
        each = frozenset(Seen(Why(why), step, number) for why, step, number in seen)
        found[course_id].append(Override(gate, session, at, by_id, each))
    return found


async def _changes(db: AsyncSession, clinic_id: UUID) -> Mapping[UUID, list[Change]]:
    row, found = CourseChange, defaultdict[UUID, list[Change]](list)
    asked = _of(clinic_id, row.course_id, row.number, row.kind, row.at, row.by_id, row.phase, row.sessions)
    for course_id, number, kind, *more in await db.execute(asked.order_by(row.number)):
        found[course_id].append(Change(number, Kind(kind), *more))
    return found


async def _starts(
    db: AsyncSession, clinic_id: UUID, midnight: datetime, tomorrow: datetime
) -> Mapping[UUID, list[datetime]]:
    """Every booking of today, and of each course the first one after it."""
    found = defaultdict[UUID, list[datetime]](list)
    joined = (
        _of(clinic_id, CourseBooking.course_id)
        .join(_booking, _booking.c.id == CourseBooking.booking_id)
        .join(_appointment, _appointment.c.id == _booking.c.appointment_id)
        .outerjoin(_cancelled, _cancelled.c.booking_id == _booking.c.id)
        .where(_cancelled.c.booking_id.is_(None))
    )
    starts_at = _appointment.c.starts_at
    today = joined.add_columns(starts_at).where(and_(starts_at >= midnight, starts_at < tomorrow))
    first = func.min(starts_at, type_=Instant())
    later = joined.add_columns(first).where(starts_at >= tomorrow).group_by(CourseBooking.course_id)
    for asked in (today, later):
        for course_id, at in await db.execute(asked):
            found[course_id].append(at)
    return found
