"""A guided course in the made-up clinic: the second of eight weeks, with its exercise to do until next time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.course import usual
from server.house import House
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.course import Entry, Key
from server.programmes.definition import Definition, Kind, Part, Step
from server.programmes.giving import give
from server.programmes.questions import found_in
from server.programmes.sealed import seal_answers
from server.programmes.store import Row

GUIDED = "cbt"
BEGAN = timedelta(days=38)
"""Before the other courses of the same patient, so that their home speaks of the newer one."""
SINCE = (timedelta(days=9), timedelta(days=2))
SAID = {"aim": "To meet friends again, and to sleep.", "given": "yes"}
Done = tuple[Entry, Mapping[str, str]]


async def add_guided(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID, now: datetime) -> UUID:
    """The course of this patient in its second week; its id. The clinic gives it from then on."""
    key = await house.keys.patient(clinic.id, patient_id)

    async def work(db: AsyncSession) -> UUID:
        given, over = await store.given(db, clinic.id)
        await store.give(db, clinic.id, given | {GUIDED}, over, None, now)
        version = await store.keep_version(db, clinic.id, dict(shipped_data()[GUIDED]), staff_id, now)
        row = Row(uuid4(), clinic.id, patient_id, version, now - BEGAN, staff_id, 0, 0, None)
        await store.begin(db, row)
        for entry, answers in entries(shipped()[GUIDED], staff_id, now):
            row_id, gives = uuid4(), shipped()[GUIDED].by_id[entry.key.step].gives
            await store.add_entry(db, row, row_id, entry, seal_answers(key, clinic.id, row_id, answers), entry.at)
            if gives and entry.at >= now - SINCE[-1]:
                await give(db, row, entry, gives, entry.at, clinic.zone)
        return row.id

    return await house.db.unit(work)


def entries(definition: Definition, by: UUID, now: datetime) -> Iterator[Done]:
    """Everything that was done, in its order; what the patient answers comes with their measures."""
    for step in definition.by_part[Part.START]:
        yield _entry(step, Key(step.id), now - BEGAN, by)
    for week, since in enumerate(SINCE, 1):
        for step in definition.of_session:
            ends = step is definition.ending
            if step.kind is not Kind.MEASURE and step.which.has(week) and not (ends and week == len(SINCE)):
                yield _entry(step, Key(step.id, week), now - since, by)


def _entry(step: Step, key: Key, at: datetime, by: UUID) -> Done:
    answers = {one.id: SAID.get(one.id) or usual(one) for one in step.questions if not one.optional}
    return Entry(key, at, found_in(step.questions, answers).verdict, by), answers
