"""Queries of how courses came out: all that began in a span, in a few statements however many there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes import store
from server.programmes.changes import Change, Kind
from server.programmes.course import Entry, Key
from server.programmes.questions import Verdict
from server.programmes.store import Pinned, Row
from server.programmes.tables import Course, CourseAdverse, CourseChange, CourseEntry


@dataclass(frozen=True)
class Begun:
    """A course with everything that was written of it; no answer of it is opened."""

    row: Row
    pinned: Pinned
    entries: Sequence[Entry]
    changes: Sequence[Change]


async def begun_between(
    db: AsyncSession, clinic_id: UUID, first: datetime, after: datetime, until: datetime
) -> list[Begun]:
    """The courses that began from `first` on and before `after`, with what was written of them before `until`."""
    columns = [getattr(Course, name) for name in Row.__dataclass_fields__]
    within = (Course.clinic_id == clinic_id, Course.began_at >= first, Course.began_at < after)
    rows = [Row(*row) for row in await db.execute(select(*columns).where(*within))]
    pinned = await store.versions(db, [row.version_id for row in rows])
    entries = await _entries(db, (*within, CourseEntry.written_at < until))
    changes = await _changes(db, (*within, CourseChange.at < until))
    return [Begun(row, pinned[row.version_id], entries[row.id], changes[row.id]) for row in rows]


def _of(within: Sequence[Any], *columns: Any) -> Select[Any]:
    return select(*columns).join(Course, Course.id == columns[0].class_.course_id).where(*within)


async def _entries(db: AsyncSession, within: Sequence[Any]) -> Mapping[UUID, list[Entry]]:
    row, found = CourseEntry, defaultdict[UUID, list[Entry]](list)
    asked = _of(within, row.course_id, row.step, row.session, row.round, row.at, row.verdict, CourseAdverse.entry_id)
    asked = asked.outerjoin(CourseAdverse, CourseAdverse.entry_id == row.id)
    for course_id, step, session, number, at, verdict, adverse in await db.execute(asked):
        found[course_id].append(Entry(Key(step, session, number), at, Verdict(verdict), adverse=adverse is not None))
    return found


async def _changes(db: AsyncSession, within: Sequence[Any]) -> Mapping[UUID, list[Change]]:
    row, found = CourseChange, defaultdict[UUID, list[Change]](list)
    asked = _of(within, row.course_id, row.number, row.kind, row.at, row.by_id, row.phase, row.sessions)
    for course_id, number, kind, *more in await db.execute(asked.order_by(row.number)):
        found[course_id].append(Change(number, Kind(kind), *more))
    return found
