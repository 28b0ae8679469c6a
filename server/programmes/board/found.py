"""The courses of a clinic that go on as they are now, read in a few statements for all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.measures.store import last_finished
from server.programmes import beside
from server.programmes.around import StopRule
from server.programmes.board import store
from server.programmes.board.store import Near
from server.programmes.changes import changed, planned
from server.programmes.course import Beside, History, Programme, history, midnight
from server.programmes.days.lateness import late_among
from server.programmes.measured import with_measures
from server.programmes.outside.rules import Lasts
from server.programmes.outside.store import lasting
from server.programmes.pace import may_be_behind


@dataclass(frozen=True)
class Found:
    """`finished`: patient -> measures that they answered; `lasts`: programme -> until when what it rests on holds;
    `others`: course -> the others of the same family.
    """

    near: Sequence[Near]
    finished: Mapping[UUID, Sequence[tuple[str, datetime]]]
    lasts: Mapping[str, Lasts]
    others: Mapping[UUID, tuple[Beside, ...]]


async def found_in(db: AsyncSession, clinic: Clinic, whom: Collection[UUID] | None, now: datetime) -> Found:
    """Of these patients, or of all."""
    today, tomorrow = midnight(clinic.zone, now), midnight(clinic.zone, now, 1)
    near = await store.going(db, clinic.id, whom, today, tomorrow)
    definitions = {one.pinned.digest: one.pinned.definition for one in near}.values()
    finished = await last_finished(db, [one.patient_id for one in near])
    mine = {one.course_id: (one.patient_id, one.pinned.definition) for one in near if one.several}
    others = await beside.others_of(db, clinic.id, mine)
    return Found(near, finished, await lasting(db, clinic.id, clinic.zone, definitions), others)


async def late_in(
    db: AsyncSession, clinic: Clinic, courses: Mapping[UUID, tuple[Programme, History]], now: datetime
) -> Mapping[UUID, tuple[StopRule, ...]]:
    """Rules about its pace that a course meets; of those that may meet one, all sessions are read."""
    slow = {key: course for key, course in courses.items() if may_be_behind(*course, now)}
    begun = await store.begun(db, {key: programme.definition.treatment.id for key, (programme, _) in slow.items()})
    whole = {key: (programme, replace(done, begun=begun[key])) for key, (programme, done) in slow.items()}
    return await late_among(db, clinic, whole, now)


def as_it_is(one: Near, found: Found, zone: ZoneInfo, now: datetime) -> tuple[Programme, History]:
    """One course with its changes, its bookings and its measures. Pure."""
    definition = one.pinned.definition
    others = found.others.get(one.course_id, ())
    course = Programme(definition, zone, one.began_at, lasts=found.lasts.get(definition.id, {}), others=others)
    done = history(definition, one.entries, one.overrides, one.closed)
    begun = max(done.begun, default=one.closed)
    programme = planned(changed(course, one.changes), list(done.begun.values()), begun, one.starts, now)
    return programme, with_measures(programme, done, found.finished.get(one.patient_id, ()))
