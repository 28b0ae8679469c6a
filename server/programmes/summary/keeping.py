"""Summaries of a course: made with the patient's agreement, handed over once, emptied when it is taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from server.accounts.team import store as team
from server.audit.store import note
from server.clinic.rules import Clinic
from server.crypto import Keyring, Place, seal, unseal
from server.errors import NotFound
from server.house import House
from server.moments import Speaker
from server.outbox import Job
from server.patients.consents import store as consents
from server.patients.consents.rules import Agreed
from server.programmes.days.lateness import late_rules
from server.programmes.keeping import Hand, opened
from server.programmes.outcome import outcomes
from server.programmes.shown import shown
from server.programmes.store import Row as Course
from server.programmes.summary import store
from server.programmes.summary.document import document_of
from server.programmes.summary.facts import KIND, VERSION, Made, agreement, told_totals
from server.programmes.summary.forms import Wanted
from server.programmes.summary.said import About, Teller
from server.programmes.summary.store import Row
from server.programmes.taking import course_data
from server.programmes.topics import awaiting
from server.record.care.rules import Kind, counting
from server.record.export.gather import whole_of

TABLE = "course_summaries"


@dataclass(frozen=True)
class Content:
    """What a summary says: as paper, and as a FHIR document."""

    paper: Mapping[str, Any] = field(repr=False)
    bundle: Mapping[str, Any] = field(repr=False)


def _place(key: Keyring, clinic_id: UUID, row_id: UUID, column: str) -> Place:
    return Place(clinic_id, key.owner, TABLE, row_id, column)


async def agreed(house: House, clinic_id: UUID, patient_id: UUID) -> Agreed | None:
    """By which summaries of this patient may be made and handed over now."""
    return agreement(await house.db.read(lambda db: consents.ledger(db, clinic_id, patient_id)))


async def made(house: House, course: Course) -> list[Made]:
    """Every summary of a course, the newest first. Raises NoKey once the patient's key was destroyed."""

    async def load(db: AsyncSession) -> tuple[Sequence[Row], set[UUID]]:
        rows = await store.summaries_of(db, course.clinic_id, course.id)
        return rows, await consents.withdrawn(db, {row.consent_id for row in rows})

    rows, back = await house.db.read(load)
    key = await house.keys.patient(course.clinic_id, course.patient_id) if rows else None
    return [_made(row, key, row.consent_id not in back) for row in rows if key]


def _made(row: Row, key: Keyring, holds: bool) -> Made:
    recipient = unseal(key, row.recipient, _place(key, row.clinic_id, row.id, "recipient"))
    return Made(row.id, recipient, row.by_id, row.at, row.handed_by, row.handed_at, holds and row.value is not None)


@dataclass(frozen=True)
class Handed:
    """What a patient reads of a summary: to whom it went, when, and from whom."""

    recipient: str = field(repr=False)
    at: datetime
    by: str


async def handed(house: House, clinic_id: UUID, patient_id: UUID) -> list[Handed]:
    """Of every course, the newest first; none once their key was destroyed."""

    async def load(db: AsyncSession) -> tuple[Sequence[Row], Mapping[UUID, str]]:
        rows = await store.handed_of(db, clinic_id, patient_id)
        return rows, {one.id: one.name for one in await team.team(db, clinic_id)} if rows else {}

    rows, names = await house.db.read(load)
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    made_ones = [_made(row, key, False) for row in rows if key]
    return [Handed(one.recipient, one.handed_at, names.get(one.handed_by, "")) for one in made_ones
            if one.handed_at and one.handed_by]  # fmt: skip


async def content(house: House, course: Course, summary_id: UUID) -> Content | None:
    """What it says; None where there is no such summary, or the agreement was taken back."""

    async def load(db: AsyncSession) -> Row | None:
        rows = await store.summaries_of(db, course.clinic_id, course.id)
        row = next((row for row in rows if row.id == summary_id), None)
        return row if row and not await consents.withdrawn(db, {row.consent_id}) else None

    row = await house.db.read(load)
    if row is None or row.value is None:
        return None
    key = await house.keys.patient(course.clinic_id, course.patient_id)
    found = json.loads(unseal(key, row.value, _place(key, row.clinic_id, row.id, "value")))
    return Content(found["paper"], found["bundle"])


async def make(hand: Hand, clinic: Clinic, writer: str, typed: Wanted, language: str) -> bool:
    """Write it as it stands now, under `hand.once`; False where nobody agrees. Once more is the same one. Raises
    NotFound where the patient's key was destroyed.
    """
    agreement_now = await agreed(hand.house, clinic.id, hand.row.patient_id)
    if agreement_now is None:
        return False
    told = await _told(hand, clinic, writer, typed, language)
    key = await hand.house.keys.patient(clinic.id, hand.row.patient_id)
    text = json.dumps({"paper": told.paper, "bundle": told.bundle}, ensure_ascii=False)
    recipient = seal(key, typed.recipient, _place(key, clinic.id, hand.once, "recipient"))
    value = seal(key, text, _place(key, clinic.id, hand.once, "value"))
    ids = (hand.once, clinic.id, hand.row.patient_id, hand.row.id, agreement_now.id)
    new = Row(*ids, recipient, value, hand.by, hand.now)

    async def work(db: AsyncSession) -> bool:
        if await consents.withdrawn(db, {new.consent_id}):
            return False
        if await store.add(db, new):
            note(db, hand.trace("course.summary_made", summary=new.id.hex), hand.now)
        return any(one.id == new.id for one in await store.summaries_of(db, clinic.id, hand.row.id))

    async def meanwhile(db: AsyncSession) -> bool:
        """Who took it back while it was written is not passed over: whichever of the two comes last empties it."""
        if await consents.withdrawn(db, {new.consent_id}):
            await store.empty(db, clinic.id, new.consent_id)
            return True
        return False

    made = await hand.house.db.unit(work)
    return made and not await hand.house.db.unit(meanwhile)


async def _told(hand: Hand, clinic: Clinic, writer: str, typed: Wanted, language: str) -> Content:
    house, row = hand.house, hand.row
    found = await opened(house, row, hand.zone, hand.now)
    whole = await whole_of(house, clinic.id, clinic.name, row.patient_id)
    if whole is None:
        raise NotFound()
    definition = found.standing.programme.definition
    totals = {one.key: [(point.at, point.total) for point in one.points] for one in whole.results}
    one = shown(found, hand.now, totals)
    medicines = counting(whole.care, Kind.MEDICINE)
    unsure = await house.db.read(lambda db: awaiting(db, clinic.id, [found.standing.loaded.pinned]))
    late = await late_rules(house, clinic, found.standing, hand.now)
    came = outcomes(definition, whole.results, found.standing.done.begun)
    about = About(
        clinic=clinic.name, patient=whole.person.name, writer=writer, at=hand.now, recipient=typed.recipient,
        steps=typed.steps, opened=found, one=one, medicines=medicines, rules=(*one.again, *late),
        outcomes=came, awaits=bool(unsure),
    )  # fmt: skip
    paper = Teller(Speaker(hand.zone, language)).paper(about)
    results = told_totals(whole.results, came)
    base = house.settings.base_url
    course = course_data(found, unsure)
    bundle = await run_in_threadpool(document_of, hand.once, whole, course, results, paper, hand.now, base)
    return Content(paper, bundle)


async def hand_over(hand: Hand, summary_id: UUID) -> bool:
    """Note that it was given to whom it is for; False where that is known already, or it says nothing any more."""

    async def work(db: AsyncSession) -> bool:
        rows = await store.summaries_of(db, hand.row.clinic_id, hand.row.id)
        row = next((row for row in rows if row.id == summary_id), None)
        if row is None or await consents.withdrawn(db, {row.consent_id}):
            return False
        done = await store.hand_over(db, row.id, hand.by, hand.now)
        if done:
            note(db, hand.trace("course.summary_handed_over", summary=row.id.hex), hand.now)
        return done

    return await hand.house.db.unit(work)


async def drop(hand: Hand, summary_id: UUID) -> None:
    """Delete one that nobody was given."""

    async def work(db: AsyncSession) -> None:
        rows = await store.summaries_of(db, hand.row.clinic_id, hand.row.id)
        if any(row.id == summary_id for row in rows) and await store.drop(db, summary_id):
            note(db, hand.trace("course.summary_deleted", summary=summary_id.hex), hand.now)

    await hand.house.db.unit(work)


async def agree(db: AsyncSession, row_id: UUID, patient: tuple[UUID, UUID], given_by: str, now: datetime) -> bool:
    """Note an agreement where none holds; False where one does."""
    if agreement(await consents.ledger(db, *patient)):
        return False
    await consents.agree(db, row_id, patient, (KIND, VERSION), now, given_by)
    return True


async def take_back(db: AsyncSession, patient: tuple[UUID, UUID], by: tuple[str, UUID | None], now: datetime) -> bool:
    """Take every agreement to sharing back; False where none held."""
    holding = [one for one in await consents.ledger(db, *patient) if one.kind == KIND and one.holds]
    return any([await consents.withdraw(db, one, patient, by, now) for one in holding])


async def empty(house: House, job: Job) -> None:
    """What rested on an agreement that was taken back says nothing any more."""
    if job.payload["kind"] == KIND:
        clinic_id, consent_id = UUID(job.payload["clinic"]), UUID(job.payload["consent"])
        await house.db.unit(lambda db: store.empty(db, clinic_id, consent_id))


JOBS = {consents.WITHDRAWN: empty}
