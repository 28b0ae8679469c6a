"""A course of TMS in the made-up clinic, halfway: sixteen sessions given, one day missed, one answer looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.house import House
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.course import Entry, Key, Override, Seen, Why
from server.programmes.definition import Kind, Part, Step
from server.programmes.keeping import Hand, override
from server.programmes.questions import Answer, Question, Verdict, completed, found_in
from server.programmes.sealed import seal_answers
from server.programmes.store import Row

TMS, PRESET = "tms", "hf_10hz_19 1"
GIVEN, LATE = 16, 9
"""Sessions given; after this one a day was missed."""
WORDS = {
    "device": "Stimulator 2 (8812), figure-eight coil 70 mm (4471)",
    "coil": "Figure-eight coil 70 mm (4471)",
    "site": "Left DLPFC, 45 degrees",
    "spot": "4 cm left of the vertex, 1 cm to the front",
    "where": "Beam F3: nasion to inion 36 cm, tragus to tragus 38 cm",
    "who": "Dr Adaeze Osei",
    "physician": "Dr Adaeze Osei, in the house",
    "words": "Tolerated well.",
    "why": "Sleeps better, wants to go on.",
    "detail": "Father had a febrile seizure as a child.",
}
NUMBERS = {"pulse_first": "72", "oxygen_first": "98",
    "adequate": "3", "threshold": "47", "output": "56", "device_most": "100", "intensity": "120",
    "strength": "120", "frequency": "10", "burst": "1", "train": "4", "pause": "11", "trains": "75",
    "pulses": "3000", "sleep": "7", "mood": "5", "pain": "2", "food": "9", "drink": "180"}  # fmt: skip
NOT = frozenset({"coil", "interrupted", "injury"})
CONTACTS = {
    Answer.LINE: "Robin Amberg",
    Answer.SIGNATURE: "As on the paper",
    Answer.PHONE: "+4930555010",
    Answer.MAIL: "robin@example.org",
}
PASSED = (
    ("eligible", Seen(Why.REVIEW, "screening", 0), "Talked it over with the neurologist: go on, watch the sleep."),
    (
        "baseline",
        Seen(Why.MISSING, "first_phq9", -1),
        "Answered on paper where they were sent from; it lies with the letter.",
    ),
)
"""Gates, each with what keeps it shut and why somebody passed it."""
FIRST = {"screening": {"seizure_ever": "yes"}}


@dataclass(frozen=True)
class Past:
    """A course to be: of whom, by whom, and when its sessions were."""

    row: Row
    by: UUID
    days: tuple[datetime, ...]


async def add_course(house: House, clinic: Clinic, token: str, staff_id: UUID, now: datetime) -> UUID:
    """The course of whose booking this link is; the clinic gives TMS from then on."""
    patient_id = await house.db.read(lambda db: whose(db, token, now))
    return await halfway(house, clinic, patient_id, staff_id, now)


async def whose(db: AsyncSession, token: str, now: datetime) -> UUID:
    """The patient of this link."""
    card = await booking.booking_by_link(db, token_hash(token), now)
    assert card
    return card.patient_id


async def halfway(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID, now: datetime) -> UUID:
    """Write it, as of now; its id."""
    days = tuple(workdays(now, clinic.zone))
    key = await house.keys.patient(clinic.id, patient_id)

    async def work(db: AsyncSession) -> Row:
        await store.give(db, clinic.id, [TMS], 0, None, now)
        version = await store.keep_version(db, clinic.id, dict(shipped_data()[TMS]), staff_id, days[0])
        row = Row(uuid4(), clinic.id, patient_id, version, days[0] - timedelta(hours=1), staff_id, 0, 0, None)
        await store.begin(db, row)
        for entry, answers in entries(Past(row, staff_id, days)):
            row_id = uuid4()
            await store.add_entry(db, row, row_id, entry, seal_answers(key, clinic.id, row_id, answers), entry.at)
        await store.set_closed(db, row.id, GIVEN, None)
        return row

    row = await house.db.unit(work)
    for gate, seen, reason in PASSED:
        one = Override(gate, 0, now, staff_id, frozenset({seen}), reason)
        await override(Hand(house, clinic.zone, row, staff_id, now, uuid4()), one)
    return row.id


def workdays(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Half past eight of the workdays before today, oldest first, without the one that was missed."""
    day, found = now.astimezone(zone).date(), list[datetime]()
    while len(found) <= GIVEN:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found.append(datetime.combine(day, time(8, 30), zone).astimezone(now.tzinfo))
    found.reverse()
    yield from (at for number, at in enumerate(found) if number != LATE)


def entries(past: Past) -> Iterator[tuple[Entry, dict[str, str]]]:
    """Everything that was done, in its order."""
    definition = shipped()[TMS]
    for step in definition.by_part[Part.START]:
        if step.kind is Kind.MEASURE:
            continue
        yield _entry(past, step, 0, past.row.began_at, FIRST.get(step.id, {}))
    for session, at in enumerate(past.days, 1):
        for place, step in enumerate(definition.of_session):
            if step.which.has(session) and step.kind is not Kind.EVENT and step.part is not Part.HAPPENED:
                yield _entry(past, step, session, at + timedelta(minutes=8 * place), {})


def _entry(past: Past, step: Step, session: int, at: datetime, said: dict[str, str]) -> tuple[Entry, dict[str, str]]:
    asked = [one for one in step.questions if not one.optional or one.plan or one.id in WORDS]
    asked = [one for one in asked if one.answer is not Answer.PRODUCT and not one.only_if]
    answers = completed(step.questions, {one.id: said.get(one.id, usual(one)) for one in asked})
    if step.kind is Kind.CHECK and step.part is Part.START and not said:
        answers.pop("detail", None)
    return Entry(Key(step.id, session), at, found_in(step.questions, answers).verdict, past.by), answers


def usual(one: Question) -> str:
    """An answer that comes to nothing."""
    if one.id in NOT and one.answer is Answer.YES_NO:
        return "no"
    if one.answer in (Answer.YES_NO, Answer.AGREE):
        return next(word for word in ("yes", "no") if not _comes_to(one, word))
    if one.answer is Answer.PRESET:
        return PRESET
    if one.answer is Answer.CHOICE:
        return next(word for word in one.options if not _comes_to(one, word))
    if one.answer in CONTACTS:
        return WORDS.get(one.id, CONTACTS[one.answer])
    return NUMBERS.get(one.id, "1") if one.answer is Answer.NUMBER else WORDS.get(one.id, "")


def _comes_to(one: Question, word: str) -> bool:
    return found_in([one], {one.id: word}).verdict is not Verdict.CLEAR
