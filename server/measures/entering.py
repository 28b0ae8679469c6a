"""A result that a clinician enters from their own sheet: kept like any other, with who and when, and as loud.

For measures whose owners do not permit their words here: questions stand as numbers with a few words of ours.
"""

from collections.abc import Mapping
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
from server.measures.danger import raise_danger
from server.measures.occasion import tell
from server.measures.rules import Answers, Instrument
from server.measures.scoring import asked, still_open
from server.measures.sealed import open_answer, seal_answer

ENTERED = ("cssrs",)
"""Those that come with the program and are entered by a clinician."""


class Wrong(StrEnum):
    """Why a result is not kept."""

    OPEN = "open"  # a question that was put has no answer
    NOT_AN_OPTION = "not_an_option"
    OVERTAKEN = "overtaken"  # entered elsewhere since the form was opened, and otherwise


class Kept(StrEnum):
    KEPT = "kept"
    SAME = "same"


def read_answers(instrument: Instrument, fields: Mapping[str, str]) -> dict[str, int] | Wrong:
    """The answers to the questions that are put; what was filled in beyond them does not count."""
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
    return Wrong.OPEN if still_open(instrument, answers) else answers


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


async def _highest(db: AsyncSession, measure_id: UUID) -> int:
    answers = (await store.answers_of(db, [measure_id]))[measure_id]
    return max((one.number for one in answers.values()), default=0)


async def enter(house: House, card: BookingCard, key: str, answers: Answers, seen: int, by: UUID) -> Kept | Wrong:
    """Keep a whole result over the one that was seen; what speaks of danger is told as if the patient had answered."""
    ring, now, instrument = await house.keys.patient(card.clinic_id, card.patient_id), house.clock(), shipped()[key]
    detail = ("booking", card.id, "staff", by, {"measure": key})

    async def work(db: AsyncSession) -> Kept | Wrong:
        version = await store.keep_version(db, card.clinic_id, dict(shipped_data()[key]), by, now, own=False)
        row = await store.ask(db, (card.clinic_id, card.patient_id, card.id), key, version, now, entered=by)
        if row.entered_by is None:
            return Wrong.OVERTAKEN
        if await _highest(db, row.id) != seen:
            return Kept.SAME if await _stands(db, ring, card, row.id) == dict(answers) else Wrong.OVERTAKEN
        for item, value in answers.items():
            row_id = uuid4()
            blob = seal_answer(ring, card.clinic_id, row_id, value)
            flagged = Entry(card.clinic_id, "measure.flagged", *detail)
            await raise_danger(db, card, instrument, row.id, (item, value, seen + 1), now, flagged)
            await store.add_answer(db, row.id, row_id, item, seen + 1, blob, now)
        await store.finish(db, row.id, now)
        note(db, Entry(card.clinic_id, "measure.entered", *detail), now)
        return Kept.KEPT

    done = await house.db.unit(work)
    if done is Kept.KEPT:
        house.outbox.nudge()
        await tell(house, card)
    return done


async def _stands(db: AsyncSession, ring: Keyring, card: BookingCard, measure_id: UUID) -> dict[str, int]:
    """The answers of the newest result."""
    found = (await store.answers_of(db, [measure_id]))[measure_id]
    newest = max(one.number for one in found.values())
    return {
        item: open_answer(ring, card.clinic_id, one.id, one.blob) for item, one in found.items() if one.number == newest
    }
