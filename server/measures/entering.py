"""A result that a clinician enters from their own sheet: kept like any other, with who and when, and as loud.

For measures whose owners do not permit their words here: questions stand as numbers with a few words of ours.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from server.measures.danger import keep_danger, raise_danger
from server.measures.occasion import tell
from server.measures.rules import Answers, Instrument
from server.measures.scoring import asked, still_open
from server.measures.sealed import open_answer, seal_answer
from server.measures.taking import Tap, sent_before

ENTERED = ("cssrs",)
"""Those that come with the program and are entered by a clinician."""


class Wrong(StrEnum):
    """Why a result is not kept."""

    OPEN = "open"  # no question has an answer
    NOT_AN_OPTION = "not_an_option"
    OVERTAKEN = "overtaken"  # entered elsewhere since the form was opened, and otherwise


class Kept(StrEnum):
    KEPT = "kept"
    SAME = "same"


def read_answers(instrument: Instrument, fields: Mapping[str, str]) -> dict[str, int] | Wrong:
    """The answers to the questions that are put, as far as they go; what was filled in beyond them does not count."""
    given: dict[str, int] = {}
    for item in instrument.items:
        sent = fields.get(f"a-{item.id}", "")
        option = next((one for one in item.options if str(one.value) == sent), None)
        if option:
            given[item.id] = option.value
        elif sent:
            return Wrong.NOT_AN_OPTION
    put = {item.id for item in asked(instrument, given)}
    answers = {item: value for item, value in given.items() if item in put}
    return answers or Wrong.OPEN


async def may_enter(db: AsyncSession, card: BookingCard) -> dict[str, int]:
    """Measure -> how many times it was entered with this visit; none that the patient is asked themselves."""
    own = {row.key: row for row in (await store.measures_for(db, [card.id])).get(card.id, ())}
    found = {}
    for key in ENTERED:
        row = own.get(key)
        if row is None:
            found[key] = 0
        elif row.entered_by:
            found[key] = await _highest(db, row.id)
    return found


async def half_entered(house: House, card: BookingCard) -> dict[str, dict[str, int]]:
    """Measure -> the answers of its newest result, where questions of it are still open."""
    ring = (await house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)

    async def work(db: AsyncSession) -> dict[str, dict[str, int]]:
        rows = (await store.measures_for(db, [card.id])).get(card.id, ())
        mine = [row for row in rows if row.entered_by and row.begun_at and row.key in ENTERED]
        return {row.key: await _stands(db, ring, card, row.id) for row in mine} if ring else {}

    found = await house.db.read(work)
    return {key: answers for key, answers in found.items() if still_open(shipped()[key], answers)}


async def _highest(db: AsyncSession, measure_id: UUID) -> int:
    answers = (await store.answers_of(db, [measure_id]))[measure_id]
    return max((one.number for one in answers.values()), default=0)


async def enter(house: House, card: BookingCard, key: str, answers: Answers, seen: int, by: UUID) -> Kept | Wrong:
    """Keep a result, as far as it goes, over the one that was seen; it is finished once no question that was put is
    open. What speaks of danger is told as if the patient had answered. Where another was faster, or the patient is
    asked it themselves by now, the result is not kept, and what of it speaks of danger is all the same.
    """
    ring, now = await house.keys.patient(card.clinic_id, card.patient_id), house.clock()
    entry = Entry(card.clinic_id, "measure.entered", "booking", card.id, "staff", by, {"measure": key})

    async def work(db: AsyncSession) -> Kept | Wrong:
        version = await store.keep_version(db, card.clinic_id, dict(shipped_data()[key]), by, now, own=False)
        row = await store.ask(db, (card.clinic_id, card.patient_id, card.id), key, version, now, entered=by)
        await store.in_turn(db, row.id)
        newest = row.entered_by is not None and await _highest(db, row.id) == seen
        if not newest and row.entered_by and await _stands(db, ring, card, row.id) == dict(answers):
            return Kept.SAME
        other = None if newest or row.version_id == version else version
        await _write(db, ring, card, row, shipped()[key], answers, seen + 1, entry, now, newest=newest, other=other)
        if not newest:
            return Wrong.OVERTAKEN
        if not still_open(shipped()[key], answers):
            await store.finish(db, row.id, now)
        note(db, entry, now)
        return Kept.KEPT

    done = await house.db.unit(work)
    if done is not Kept.SAME:
        house.outbox.nudge()
        await tell(house, card)
    return done


async def _write(
    db: AsyncSession,
    ring: Keyring,
    card: BookingCard,
    row: store.Row,
    instrument: Instrument,
    answers: Answers,
    number: int,
    entry: Entry,
    now: datetime,
    *,
    newest: bool,
    other: UUID | None,
) -> None:
    """Its answers; of a result that another overtook what speaks of danger, once. `other`: its version, where the
    measure was begun with another.
    """
    clinic_id, flagged = card.clinic_id, replace(entry, action="measure.flagged")
    before = [] if newest else await store.all_answers(db, row.id, answers)
    for item, value in answers.items():
        if sent_before(ring, clinic_id, Tap(item, value, number), before, now):
            continue
        row_id = uuid4()
        blob = seal_answer(ring, clinic_id, row_id, value)
        answer = store.SealedAnswer(row_id, row.id, item, number, now, blob, version_id=other)
        if newest and await store.add_answer(db, answer):
            await raise_danger(db, card, instrument, answer, value, now, flagged)
        else:
            await keep_danger(db, card, instrument, answer, value, now, flagged)


async def _stands(db: AsyncSession, ring: Keyring, card: BookingCard, measure_id: UUID) -> dict[str, int]:
    """The answers of the newest result."""
    found = (await store.answers_of(db, [measure_id]))[measure_id]
    newest = max(one.number for one in found.values())
    return {
        item: open_answer(ring, card.clinic_id, one.id, one.blob) for item, one in found.items() if one.number == newest
    }
