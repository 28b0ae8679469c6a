"""Esketamine in the made-up clinic: somebody in their third session, 52 minutes after the first spray."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.asked import add_answered
from server.home.demo_clinic.course import usual
from server.house import House
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.course import Entry, Key
from server.programmes.definition import Definition, Kind, Part, Step
from server.programmes.questions import found_in
from server.programmes.sealed import seal_answers
from server.programmes.store import Row

ESKETAMINE = "esketamine"
DAYS_AGO = (7, 3, 0)
SINCE, SICK = timedelta(minutes=52), timedelta(minutes=43)
CALM = {"systolic": "124", "diastolic": "78", "pulse": "68", "oxygen": "98", "breaths": "14", "dissociation": "2"}
RAISED = {
    "systolic": "164",
    "diastolic": "92",
    "pulse": "84",
    "oxygen": "97",
    "sedation": "drowsy",
    "dissociation": "6",
}
FEWER = {"systolic": "138", "diastolic": "84", "pulse": "72", "oxygen": "98", "sedation": "alert", "dissociation": "1"}
SAID = {
    "prescriber": "Dr Rosa Osei",
    "dose": "mg_56",
    "lot": "23K041",
    "born": "1988-05-14",
    "weight": "71",
    "adequate": "3",
    "why": "Sleeps better, wants to go on.",
}
PHQ9 = "phq9"
BASELINE, BETTER = (
    (2, 3, 2, 2, 2, 2, 2, 1),
    ((2, 3, 2, 2, 1, 2, 2, 1), (2, 2, 2, 2, 1, 2, 1, 1), (1, 2, 2, 1, 1, 1, 1, 1)),
)
"""The PHQ-9 before the course, and before each session: nobody thinks of death."""
ASKED_BEFORE = timedelta(hours=2)
NOT = ("benzodiazepine", "hypnotic", "stimulant", "maoi", "opioid", "breathing", "serious")
Done = tuple[Entry, Mapping[str, str]]


@dataclass(frozen=True)
class Hour:
    """Who writes, when each session began, and for how long the last one goes on."""

    by: UUID
    began: tuple[datetime, ...]
    since: timedelta


async def add_observed(
    house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID, now: datetime, since: timedelta = SINCE
) -> UUID:
    """The course of this patient, on observation as of now; its id. The clinic gives esketamine from then on."""
    key = await house.keys.patient(clinic.id, patient_id)
    hour = Hour(staff_id, tuple(now - timedelta(days=days) - since for days in DAYS_AGO), since)

    async def work(db: AsyncSession) -> UUID:
        given, over = await store.given(db, clinic.id)
        await store.give(db, clinic.id, given | {ESKETAMINE}, over, None, now)
        version = await store.keep_version(db, clinic.id, dict(shipped_data()[ESKETAMINE]), staff_id, now)
        began = hour.began[0] - timedelta(days=2)
        row = Row(uuid4(), clinic.id, patient_id, version, began, staff_id, 0, 0, None)
        await store.begin(db, row)
        for entry, answers in entries(shipped()[ESKETAMINE], hour, began):
            row_id = uuid4()
            await store.add_entry(db, row, row_id, entry, seal_answers(key, clinic.id, row_id, answers), entry.at)
        return row.id

    return await house.db.unit(work)


async def add_measured(
    house: House, clinic: Clinic, patient_id: UUID, course_id: UUID, now: datetime
) -> None:  # fmt: skip
    """The PHQ-9 of that course, answered in its time: its gates were open when the sessions began."""
    began = [now - timedelta(days=days) - SINCE for days in DAYS_AGO]
    ids = (clinic.id, patient_id, course_id)
    await add_answered(house, ids, PHQ9, began[0] - timedelta(days=1, hours=20), BASELINE)
    for at, values in zip(began, BETTER, strict=True):
        await add_answered(house, ids, PHQ9, at - ASKED_BEFORE, values)


def entries(definition: Definition, hour: Hour, first: datetime) -> Iterator[Done]:
    """Everything that was done, in its order."""
    for step in definition.by_part[Part.START]:
        if step.kind is not Kind.MEASURE:
            yield _entry(hour, step, Key(step.id), first)
    for session, began in enumerate(hour.began, 1):
        going = session == len(hour.began)
        for step in definition.by_part[Part.BEFORE]:
            if step.kind is not Kind.MEASURE:
                yield _entry(hour, step, Key(step.id, session), began - timedelta(minutes=12), CALM)
        yield _entry(hour, definition.treatment, Key(definition.treatment.id, session), began)
        yield from _during(definition, hour, session, going)


def _during(definition: Definition, hour: Hour, session: int, going: bool) -> Iterator[Done]:
    began = hour.began[session - 1]
    for step in definition.by_part[Part.DURING]:
        if step.kind is Kind.CLOCK:
            for number, minute in enumerate(step.minutes):
                if going and timedelta(minutes=minute + 1) > hour.since:
                    break
                at, said = began + timedelta(minutes=minute + 1), (RAISED, FEWER, FEWER, CALM)[number]
                yield _entry(hour, step, Key(step.id, session, number), at, said)
        elif step.kind is Kind.EVENT and going and not step.ends and hour.since > SICK:
            yield _entry(hour, step, Key(step.id, session), began + SICK, {"what": "sick"})
        elif not going and step is definition.ending:
            yield _entry(hour, step, Key(step.id, session), began + timedelta(minutes=126))
    for step in () if going else definition.by_part[Part.AFTER]:
        if step.id == "call":
            yield _entry(hour, step, Key(step.id, session), began + timedelta(hours=24))


def _entry(hour: Hour, step: Step, key: Key, at: datetime, said: Mapping[str, str] | None = None) -> Done:
    told = {**SAID, **dict.fromkeys(NOT, "no"), **(said or {})}
    answers = {one.id: told.get(one.id) or usual(one) for one in step.questions if not one.optional or one.id in told}
    return Entry(key, at, found_in(step.questions, answers).verdict, hour.by), answers
