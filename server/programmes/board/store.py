"""Queries of the board: courses that go on, and of each what is open, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    table,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from server.db import Instant
from server.programmes import definition, store
from server.programmes.after.store import not_booked
from server.programmes.changes import Change, Kind
from server.programmes.course import Entry, Key, Override, Seen, Why
from server.programmes.questions import Verdict
from server.programmes.store import Pinned
from server.programmes.tables import Course, CourseAsk, CourseBooking, CourseChange, CourseEntry, CourseOverride

# Bookings belong to another feature: joined by name, as foreign keys are.
_booking = table("bookings", column("id", Uuid()), column("appointment_id", Uuid()))
A_DAY = timedelta(hours=25)
"""The longest one, when the clocks go back."""
_appointment = table("appointments", column("id", Uuid()), column("starts_at", Instant()))
_cancelled = table("cancellations", column("booking_id", Uuid()))
_withdrawal = table("consent_withdrawals", column("consent_id", Uuid()))
LOOKED_BACK = timedelta(days=3)
"""So long a meeting that is not booked stands on the board."""
NO_QUESTION: frozenset[str] = frozenset()
VERDICTS = {one.value: one for one in Verdict}
WHYS = {one.value: one for one in Why}
SOMEBODY = UUID(int=0)
"""Who passed a gate is of no matter to the board, and reading it of hundreds of rows takes its time."""
Id = Hashable
"""Of a course, as the engine has it: what is read of one is put together by it, and its form is of no matter."""
Place = tuple[Id, Key]
"""One entry: its course, and its key."""
_ID: ColumnElement[Any] = type_coerce(Course.__table__.c.id, NullType()).label("course")


@dataclass(frozen=True)
class Near:
    """A course that goes on, and what is written of its open sessions, of which the first `closed` are none;
    `starts`: of bookings, as far as they matter; `stops`: how often an answer of a step came to a stop in the
    whole course; `to_book`: steps of meetings that somebody has to book; `several`: its patient has
    other courses too.
    """

    course_id: UUID
    patient_id: UUID
    pinned: Pinned
    began_at: datetime
    closed: int
    entries: Sequence[Entry]
    overrides: Sequence[Override]
    changes: Sequence[Change]
    starts: Sequence[datetime]
    stops: Mapping[str, int] = field(default_factory=dict)
    to_book: Sequence[str] = ()
    several: bool = False


async def going(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID] | None, midnight: datetime, tomorrow: datetime
) -> list[Near]:
    """The courses of these patients, or of all. `midnight` and `tomorrow`: when today began, and when it ends."""
    asked = select(Course.id, Course.patient_id, Course.version_id, Course.began_at, Course.closed, _SEVERAL, _ID)
    found = await db.execute(asked.where(Course.clinic_id == clinic_id, Course.ended_at.is_(None)))
    rows = [row for row in found if patient_ids is None or row[1] in patient_ids]
    if not rows:
        return []
    pinned = await store.versions(db, {row[2] for row in rows})
    definitions = [one.definition for one in pinned.values()]
    entries = await _entries(db, clinic_id, definitions)
    lasting = {gate.id for one in definitions for gate in one.gates if gate.across}
    overrides, changes = await _overrides(db, clinic_id, lasting), await _changes(db, clinic_id)
    ruled = {step for one in definitions for rule in one.stop_rules for step in rule.steps}
    starts, stops = await _starts(db, clinic_id, midnight, tomorrow), await _stops(db, clinic_id, ruled)
    to_book = defaultdict[UUID, list[str]](list)
    for course_id, step, _ in await not_booked(db, clinic_id, midnight - LOOKED_BACK):
        to_book[course_id].append(step)
    return [
        Near(
            row_id,
            patient_id,
            pinned[version],
            began_at,
            closed,
            entries.get(raw, []),
            overrides[raw],
            changes[raw],
            starts[raw],
            stops[raw],
            to_book[row_id],
            several,
        )
        for row_id, patient_id, version, began_at, closed, several, raw in rows
    ]


def _several() -> ColumnElement[bool]:
    """Whether the patient of a course has other ones too."""
    other = aliased(Course)
    same = (other.clinic_id == Course.clinic_id, other.patient_id == Course.patient_id, other.id != Course.id)
    return exists().where(*same).correlate(Course)


_SEVERAL = _several()


def _of(clinic_id: UUID, kind: Any, *columns: Any) -> Select[Any]:
    """Rows of courses that go on, each with the id of its course before it."""
    joined = select(_ID, *columns).select_from(kind).join(Course, Course.id == kind.course_id)
    return joined.where(Course.clinic_id == clinic_id, Course.ended_at.is_(None))


async def _entries(
    db: AsyncSession, clinic_id: UUID, definitions: Collection[definition.Definition]
) -> Mapping[Id, list[Entry]]:  # fmt: skip
    """Of the course and of its open sessions; of the last one that is closed only what the next one looks back at, and
    of what is remembered the last time. Each of them is asked for by itself, as each is found by an index.
    """
    back = {step for one in definitions for step in one.looked_back}
    remembered = {step for one in definitions for step in one.remembered}
    signed = {step.id for one in definitions for step in one.steps if step.kind is definition.Kind.CONSENT}
    asks, ended = await _asks(db, clinic_id), await _taken_back(db, clinic_id, signed)
    row, found = CourseEntry, defaultdict[Id, dict[Key, Entry]](dict)
    asked = _of(clinic_id, row, row.step, row.session, row.round, row.at, row.verdict)
    near = [row.session == 0, and_(row.session >= Course.closed, or_(row.session > Course.closed, row.step.in_(back)))]
    near += [_last(step) for step in sorted(remembered)]
    every = union_all(*(asked.where(one) for one in near))
    for course_id, step, session, number, at, verdict in (await db.execute(every)).all():
        key = Key(step, session, number)
        came = Verdict.STOP if (course_id, key) in ended else VERDICTS[verdict]
        found[course_id][key] = Entry(key, at, came, asks=asks.get((course_id, key), NO_QUESTION))
    return {course_id: list(several.values()) for course_id, several in found.items()}


async def begun(db: AsyncSession, treatments: Mapping[UUID, str]) -> Mapping[UUID, dict[int, datetime]]:
    """`treatments`: course -> its step that is the session. When each session of these courses began."""
    found = defaultdict[UUID, dict[int, datetime]](dict)
    if treatments:
        row = CourseEntry
        asked = select(row.course_id, row.step, row.session, row.at).order_by(row.round)
        asked = asked.where(row.course_id.in_(treatments), row.step.in_(set(treatments.values())))
        for course_id, step, session, at in await db.execute(asked):
            if step == treatments[course_id]:
                found[course_id][session] = at
    return found


async def _asks(db: AsyncSession, clinic_id: UUID) -> Mapping[Place, frozenset[str]]:
    """The questions whose answers ask for another step, in sessions that are open."""
    row, found = CourseEntry, defaultdict[Place, frozenset[str]](frozenset)
    asked = _of(clinic_id, CourseAsk, row.step, row.session, row.round, CourseAsk.question)
    asked = asked.join(row, row.id == CourseAsk.entry_id).where(row.session >= Course.closed)
    for course_id, step, session, number, question in await db.execute(asked):
        found[course_id, Key(step, session, number)] |= {question}
    return found


async def _taken_back(db: AsyncSession, clinic_id: UUID, steps: Collection[str]) -> frozenset[Place]:
    """Agreements that were taken back; `steps`: those that are agreements."""
    row = CourseEntry
    asked = _of(clinic_id, row, row.step, row.session, row.round).where(row.step.in_(steps))
    asked = asked.join(_withdrawal, _withdrawal.c.consent_id == row.id)
    return frozenset((course, Key(*key)) for course, *key in await db.execute(asked))


def _last(step: str) -> ColumnElement[bool]:
    """The last time of a step among the sessions that are closed; looked for once in a course, not in each of them."""
    other = aliased(CourseEntry)
    same = (other.course_id == Course.id, other.step == step, other.session <= Course.closed)
    newest = select(func.max(other.session)).where(*same).correlate(Course).scalar_subquery()
    return and_(CourseEntry.step == step, CourseEntry.session == newest)


async def _stops(db: AsyncSession, clinic_id: UUID, steps: Collection[str]) -> Mapping[Id, dict[str, int]]:
    """Course -> step -> in how many sessions it came to a stop."""
    row, found = CourseEntry, defaultdict[Id, dict[str, int]](dict)
    asked = _of(clinic_id, row, row.step, func.count(row.session.distinct()))
    asked = asked.where(row.step.in_(steps), row.verdict == Verdict.STOP.value)
    for course_id, step, count in await db.execute(asked.group_by(Course.id, row.step)):
        found[course_id][step] = count
    return found


async def _overrides(db: AsyncSession, clinic_id: UUID, gates: Collection[str]) -> Mapping[Id, list[Override]]:
    """Of the course and of its open sessions; of these `gates` of every session."""
    row, found = CourseOverride, defaultdict[Id, list[Override]](list)
    asked = _of(clinic_id, row, row.gate, row.session, row.at, row.seen)
    near = or_(row.session == 0, row.session >= Course.closed, row.gate.in_(gates))
    for course_id, gate, session, at, seen in await db.execute(asked.where(near)):
        each = frozenset(Seen(WHYS[why], step, number) for why, step, number in seen)
        found[course_id].append(Override(gate, session, at, SOMEBODY, each))
    return found


async def _changes(db: AsyncSession, clinic_id: UUID) -> Mapping[Id, list[Change]]:
    row, found = CourseChange, defaultdict[Id, list[Change]](list)
    asked = _of(clinic_id, row, row.number, row.kind, row.at, row.by_id, row.phase, row.sessions)
    for course_id, number, kind, *more in await db.execute(asked.order_by(row.number)):
        found[course_id].append(Change(number, Kind(kind), *more))
    return found


async def _starts(
    db: AsyncSession, clinic_id: UUID, midnight: datetime, tomorrow: datetime
) -> Mapping[Id, list[datetime]]:
    """Every booking of yesterday and of today, and of each course the first one after these."""
    found = defaultdict[Id, list[datetime]](list)
    joined = (
        _of(clinic_id, CourseBooking)
        .join(_booking, _booking.c.id == CourseBooking.booking_id)
        .join(_appointment, _appointment.c.id == _booking.c.appointment_id)
        .outerjoin(_cancelled, _cancelled.c.booking_id == _booking.c.id)
        .where(_cancelled.c.booking_id.is_(None))
    )
    starts_at = _appointment.c.starts_at
    today = joined.add_columns(starts_at).where(and_(starts_at >= midnight - A_DAY, starts_at < tomorrow))
    first = func.min(starts_at, type_=Instant())
    later = joined.add_columns(first).where(starts_at >= tomorrow).group_by(Course.id)
    for asked in (today, later):
        for course_id, at in await db.execute(asked):
            found[course_id].append(at)
    return found
