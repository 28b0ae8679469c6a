"""Queries of programmes; values in, values out. What was answered stays sealed here."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Uuid, column, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.patients.consents import store as consents
from server.programmes import definition
from server.programmes.catalogue import digest_of
from server.programmes.changes import Change, Kind
from server.programmes.course import Entry, Key, Override, Seen, Why
from server.programmes.definition import Definition
from server.programmes.forms import parse
from server.programmes.mending import Problem
from server.programmes.questions import Verdict
from server.programmes.remains import remains
from server.programmes.tables import (
    Course,
    CourseAdverse,
    CourseAsk,
    CourseBooking,
    CourseChange,
    CourseEntry,
    CourseOverride,
    ProgrammeSetting,
    ProgrammeVersion,
)

# Patients belong to another feature: named as foreign keys are.
_patient = table("patients", column("id", Uuid()))


@dataclass(frozen=True)
class Row:
    """One patient in one programme, as its row says."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    version_id: UUID
    began_at: datetime
    by_id: UUID
    turn: int
    closed: int
    ended_at: datetime | None


@dataclass(frozen=True)
class Kept:
    """An entry and what is sealed of it."""

    id: UUID
    entry: Entry
    written_at: datetime
    blob: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedReason:
    """The reason of an override or of a change, by the id of its row."""

    id: UUID
    blob: bytes = field(repr=False)


@dataclass(frozen=True)
class Pinned:
    """A definition as a clinic used it, and the digest of its data."""

    definition: Definition
    digest: str


@dataclass(frozen=True)
class Loaded:
    """All that is written of one course, oldest first."""

    row: Row
    pinned: Pinned
    entries: Sequence[Kept]
    overrides: Sequence[tuple[Override, SealedReason]]
    changes: Sequence[tuple[Change, SealedReason]]
    bookings: Sequence[UUID]


async def given(db: AsyncSession, clinic_id: UUID) -> tuple[frozenset[str], int]:
    """The programmes that a clinic gives, and the number of that choice; 0: it never chose, and gives none."""
    asked = select(ProgrammeSetting).where(ProgrammeSetting.clinic_id == clinic_id)
    row = await db.scalar(asked.order_by(ProgrammeSetting.number.desc()).limit(1))
    return (frozenset(row.value), row.number) if row else (frozenset(), 0)


async def give(
    db: AsyncSession, clinic_id: UUID, keys: Iterable[str], over: int, by: UUID | None, now: datetime
) -> bool:
    """Choose over the choice of this number; False when somebody else was faster."""
    if (await given(db, clinic_id))[1] != over:
        return False
    row = ProgrammeSetting(
        id=uuid4(), clinic_id=clinic_id, number=over + 1, value=sorted(keys), by_id=by, at=now
    )  # fmt: skip
    return await added(db, row)


async def keep_version(
    db: AsyncSession, clinic_id: UUID, data: Mapping[str, Any], by: UUID | None, now: datetime
) -> UUID:
    """The id of this very definition, which is written unless it is there. `data` was read by `forms`."""
    text = json.dumps(data, ensure_ascii=False)
    key, digest = str(data["id"]), digest_of(data)
    mine = (ProgrammeVersion.clinic_id == clinic_id, ProgrammeVersion.key == key, ProgrammeVersion.digest == digest)
    if known := await db.scalar(select(ProgrammeVersion.id).where(*mine)):
        return known
    row = ProgrammeVersion(id=uuid4(), clinic_id=clinic_id, key=key, digest=digest, value=text, by_id=by, at=now)
    if await added(db, row):
        return row.id
    found = await db.scalar(select(ProgrammeVersion.id).where(*mine))
    assert found, "another node wrote the same"
    return found


async def versions(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Pinned]:
    """The definitions of these versions, each read once as long as the program runs; with `faults` where this program
    cannot.
    """
    row = ProgrammeVersion
    asked = select(row.id, row.key, row.value, row.digest).where(row.id.in_(set(ids)))
    found = await db.execute(asked)
    return {version_id: Pinned(definition_of(key, text), digest) for version_id, key, text, digest in found}


async def going_by(db: AsyncSession, clinic_id: UUID) -> list[Pinned]:
    """The versions by which courses of a clinic go on, in the order in which they were kept."""
    going = select(Course.version_id).where(Course.clinic_id == clinic_id, Course.ended_at.is_(None)).distinct()
    asked = select(ProgrammeVersion.id).where(ProgrammeVersion.id.in_(going)).order_by(ProgrammeVersion.at)
    ids = list(await db.scalars(asked))
    found = await versions(db, ids) if ids else {}
    return [found[one] for one in ids]


async def version_by(db: AsyncSession, clinic_id: UUID, key: str, digest: str) -> Pinned | None:
    """The version of a programme that courses of a clinic were begun by, by its digest."""
    row = ProgrammeVersion
    asked = select(row.id).where(row.clinic_id == clinic_id, row.key == key, row.digest == digest)
    found = await db.scalar(asked)
    return (await versions(db, [found]))[found] if found else None


@lru_cache(maxsize=256)
def definition_of(key: str, text: str) -> Definition:
    """The definition of a version that was kept, read once as long as the program runs; what is left of it, with its
    `faults`, where this program cannot. `key`: the id of its programme.
    """
    try:
        data = json.loads(text)
    except ValueError as fault:
        return remains(key, None, [Problem("", f"This is no JSON: {fault}.")])
    found = parse(data)
    return found if isinstance(found, Definition) else remains(key, data, found)


async def begin(db: AsyncSession, new: Row) -> bool:
    """Write a course; False where one of this id is there."""
    values = {name: getattr(new, name) for name in Row.__dataclass_fields__}
    return await added(db, Course(**values))


async def take_turn_of(db: AsyncSession, patient_id: UUID) -> None:
    """Queue behind whoever begins a course for this patient: what is read after it in this unit is what they left."""
    await db.execute(select(_patient.c.id).where(_patient.c.id == patient_id).with_for_update())


async def course_of(db: AsyncSession, clinic_id: UUID, course_id: UUID) -> Row | None:
    row = await db.scalar(select(Course).where(Course.clinic_id == clinic_id, Course.id == course_id))
    return row_of(row) if row else None


async def courses_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Row]:
    """Every course of a patient, the newest first."""
    asked = select(Course).where(Course.clinic_id == clinic_id, Course.patient_id == patient_id)
    return [row_of(row) for row in await db.scalars(asked.order_by(Course.began_at.desc(), Course.id))]


async def several(db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID]) -> list[Row]:
    """The courses of those of these patients who have more than one."""
    many = select(Course.patient_id).where(Course.clinic_id == clinic_id)
    many = many.group_by(Course.patient_id).having(func.count() > 1)
    if len(patient_ids) == 1:
        many = many.where(Course.patient_id.in_(patient_ids))
    asked = select(Course).where(Course.clinic_id == clinic_id, Course.patient_id.in_(many))
    return [row_of(row) for row in await db.scalars(asked) if row.patient_id in patient_ids]


async def written_since(db: AsyncSession, clinic_id: UUID, patient_id: UUID, since: datetime) -> set[UUID]:
    """The courses of a patient of which something was done since then."""
    mine = (CourseEntry.clinic_id == clinic_id, CourseEntry.patient_id == patient_id, CourseEntry.at >= since)
    return set(await db.scalars(select(CourseEntry.course_id).where(*mine)))


def row_of(row: Course) -> Row:
    return Row(**{name: getattr(row, name) for name in Row.__dataclass_fields__})


async def loaded(db: AsyncSession, row: Row) -> Loaded:
    """All of one course."""
    definitions = await versions(db, [row.version_id])
    entries = await db.scalars(
        select(CourseEntry).where(CourseEntry.course_id == row.id).order_by(CourseEntry.at, CourseEntry.written_at)
    )
    overrides = await db.scalars(
        select(CourseOverride).where(CourseOverride.course_id == row.id).order_by(CourseOverride.at)
    )
    changes = await db.scalars(
        select(CourseChange).where(CourseChange.course_id == row.id).order_by(CourseChange.number)
    )
    booked = await db.scalars(select(CourseBooking.booking_id).where(CourseBooking.course_id == row.id))
    pinned, rows = definitions[row.version_id], list(entries)
    signed = {one.id for one in rows if pinned.definition.by_id[one.step].kind is definition.Kind.CONSENT}
    back, asks = await consents.withdrawn(db, signed), await asked(db, CourseAsk.course_id == row.id)
    return Loaded(
        row=row,
        pinned=pinned,
        entries=[
            Kept(one.id, entry_of(one, asks[one.id], taken_back=one.id in back), one.written_at, one.answers_sealed)
            for one in rows
        ],
        overrides=[(override_of(one), SealedReason(one.id, one.reason_sealed)) for one in overrides],
        changes=[(change_of(one), SealedReason(one.id, one.reason_sealed)) for one in changes],
        bookings=list(booked),
    )


async def asked(db: AsyncSession, whose: ColumnElement[bool]) -> Mapping[UUID, frozenset[str]]:
    """Entry -> the questions whose answers ask for another step."""
    found = defaultdict[UUID, frozenset[str]](frozenset)
    for entry_id, question in await db.execute(select(CourseAsk.entry_id, CourseAsk.question).where(whose)):
        found[entry_id] |= {question}
    return found


def entry_of(row: CourseEntry, asks: frozenset[str] = frozenset(), *, taken_back: bool = False) -> Entry:
    """An agreement that was `taken_back` since stops, whatever it came to."""
    verdict = Verdict.STOP if taken_back else Verdict(row.verdict)
    return Entry(Key(row.step, row.session, row.round), row.at, verdict, row.by_id, asks)


def override_of(row: CourseOverride) -> Override:
    seen = frozenset(Seen(Why(why), step, number) for why, step, number in row.seen)
    return Override(row.gate, row.session, row.at, row.by_id, seen)


def change_of(row: CourseChange) -> Change:
    return Change(row.number, Kind(row.kind), row.at, row.by_id, row.phase, row.sessions)


async def take_turn(db: AsyncSession, course_id: UUID) -> None:
    """Queue behind whoever writes of this course: what is read after it in this unit is what they left."""
    await db.execute(update(Course).where(Course.id == course_id).values(turn=Course.turn + 1))


async def set_closed(db: AsyncSession, course_id: UUID, closed: int, ended_at: datetime | None) -> None:
    await db.execute(update(Course).where(Course.id == course_id).values(closed=closed, ended_at=ended_at))


async def add_entry(db: AsyncSession, row: Row, row_id: UUID, entry: Entry, blob: bytes, now: datetime) -> bool:
    """False where something else stands under this id, be it of another course; then nothing is written."""
    step, session, number = entry.key
    new = CourseEntry(id=row_id, clinic_id=row.clinic_id, patient_id=row.patient_id, course_id=row.id, step=step)
    new.session, new.round, new.at, new.verdict = session, number, entry.at, entry.verdict.value
    assert entry.by, "a person wrote it"
    new.answers_sealed, new.by_id, new.written_at = blob, entry.by, now
    if not await added(db, new):
        return False
    ids: dict[str, UUID] = {"clinic_id": row.clinic_id, "course_id": row.id, "entry_id": row_id}
    if entry.adverse:
        db.add(CourseAdverse(**ids))
    db.add_all([CourseAsk(id=uuid4(), question=one, **ids) for one in sorted(entry.asks)])
    return True


async def add_override(db: AsyncSession, row: Row, row_id: UUID, one: Override, blob: bytes) -> bool:
    """False where something else stands under this id."""
    seen = sorted([why.value, step, number] for why, step, number in one.seen)
    new = CourseOverride(id=row_id, clinic_id=row.clinic_id, patient_id=row.patient_id, course_id=row.id, seen=seen)
    new.gate, new.session, new.reason_sealed, new.by_id, new.at = one.gate, one.session, blob, one.by, one.at
    return await added(db, new)


async def add_change(db: AsyncSession, row: Row, row_id: UUID, one: Change, blob: bytes) -> bool:
    """False where something else stands under this id."""
    new = CourseChange(id=row_id, clinic_id=row.clinic_id, patient_id=row.patient_id, course_id=row.id)
    new.number, new.kind, new.phase, new.sessions = one.number, one.kind.value, one.phase, one.sessions
    new.reason_sealed, new.by_id, new.at = blob, one.by, one.at
    return await added(db, new)


async def add_bookings(
    db: AsyncSession, row: Row, booking_ids: Iterable[UUID], now: datetime
) -> int:  # fmt: skip
    """These bookings belong to a course; how many did not before."""
    count = 0
    for booking_id in booking_ids:
        new = CourseBooking(id=uuid4(), clinic_id=row.clinic_id, course_id=row.id, booking_id=booking_id, at=now)
        count += await added(db, new)
    return count
