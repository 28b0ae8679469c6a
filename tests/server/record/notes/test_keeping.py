"""Notes in the database, on either engine: saved by section, signed once, and then as they are."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.house import House
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice as Sides
from server.record.notes import store
from server.record.notes.forms import Draft
from server.record.notes.keeping import Author, append, discard, open_note, save, sign
from server.record.notes.rules import SOAP, Kind, Note, Refusal
from server.record.notes.store import Row, Saved
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio


class Desk:
    """Mara at her desk after a talk with Jo, and a note that has no words yet."""

    def __init__(self, house: House, linden: Linden, made) -> None:
        self.house, self.linden, self.made = house, linden, made
        self.author = Author(house, linden.clinic.id, made.card.patient_id, linden.mara.staff_id, house.clock())
        self.row: Row = self.author.new(SOAP, Kind.RECORD, made.card.id)

    async def writes(self, section: str, words: str, over: int = 0):
        return await save(self.author, self.row, section, Draft(words, over))

    async def note(self, patient_id=None) -> Note:
        row = await self.house.db.read(lambda db: store.note_of(db, self.linden.clinic.id, self.row.id))
        assert row
        opened = await open_note(self.house, row, self.linden.mara.staff_id)
        assert opened
        return opened

    async def current(self) -> Row:
        row = await self.house.db.read(lambda db: store.note_of(db, self.linden.clinic.id, self.row.id))
        assert row
        return row


async def at_desk(house: House) -> Desk:
    linden = await seed(house)
    return Desk(house, linden, await booked(house, linden))


async def signed(house: House) -> Desk:
    desk = await at_desk(house)
    await desk.writes("subjective", "Sleeps through.")
    assert await sign(desk.author, desk.row, {"plan": Draft("Again on Monday.", 0)}) is None
    return desk


async def test_sections_are_saved_one_by_one_and_never_over_what_was_not_seen(either_house: House) -> None:
    desk = await at_desk(either_house)
    assert await desk.writes("subjective", "  ") == Saved(0, desk.author.now), "nothing typed begins nothing"
    first, other = await asyncio.gather(desk.writes("subjective", "Sleeps"), desk.writes("plan", "Monday"))
    assert {first.version, other.version} == {1}, "two sections do not stand in each other's way"
    assert await desk.writes("subjective", "from another window") is Refusal.OVERTAKEN
    assert (await desk.writes("subjective", "Sleeps")).version == 1, "the same words again are no conflict"
    assert (await desk.writes("subjective", "Sleeps well", 1)).version == 2
    assert {key: part.text for key, part in (await desk.note()).parts.items()} == {
        "subjective": "Sleeps well", "plan": "Monday"
    }  # fmt: skip
    assert await desk.writes("data", "x") is Refusal.OVERTAKEN, "SOAP has no such section"


async def test_the_same_words_twice_at_once_are_no_conflict(either_house: House) -> None:
    """Leaving a section saves it, and the key that signs comes a moment later with the same words."""
    desk = await at_desk(either_house)
    both = await asyncio.gather(desk.writes("plan", "Monday."), desk.writes("plan", "Monday."))
    assert [one.version for one in both] == [1, 1]


async def test_a_booking_has_one_note_of_an_author_however_many_begin_it(either_house: House) -> None:
    desk = await at_desk(either_house)
    other = Desk(either_house, desk.linden, desk.made)
    await asyncio.gather(desk.writes("subjective", "one"), other.writes("plan", "two"))
    rows = await either_house.db.read(lambda db: store.notes_of(db, desk.linden.clinic.id, desk.made.card.patient_id))
    assert len(rows) == 1


async def test_signing_takes_what_is_there_and_says_who_and_when(either_house: House) -> None:
    desk = await at_desk(either_house)
    assert await sign(desk.author, desk.row, {}) is Refusal.EMPTY
    await desk.writes("subjective", "Sleeps.")
    assert await sign(desk.author, desk.row, {"subjective": Draft("Sleeps!", 0)}) is Refusal.OVERTAKEN
    assert await sign(desk.author, desk.row, {"subjective": Draft("Sleeps!", 1), "plan": Draft("Go on.", 0)}) is None
    note = await desk.note()
    assert (note.signed_at, note.author_id, note.true) == (desk.author.now, desk.linden.mara.staff_id, True)
    assert (note.part("subjective").text, note.part("plan").text) == ("Sleeps!", "Go on.")


async def test_what_is_signed_changes_neither_here_nor_in_the_database(either_house: House) -> None:
    desk = await signed(either_house)
    row = await desk.current()
    assert await save(desk.author, row, "plan", Draft("No.", 1)) is Refusal.SIGNED
    assert await desk.writes("plan", "No.", 1) is Refusal.SIGNED, "nor for a page that has not heard of it"
    assert await discard(desk.author, row) is Refusal.SIGNED
    assert await append(desk.author, row, uuid4(), "He called later.") is None
    for statement in (
        "UPDATE record_parts SET version = 9",
        "UPDATE record_parts SET text_sealed = salt_sealed FROM record_notes",
        "DELETE FROM record_parts",
        "UPDATE record_notes SET signed_at = NULL",
        "DELETE FROM record_notes",
        "UPDATE record_addenda SET number = 7",
        "DELETE FROM record_addenda",
    ):
        with pytest.raises(DBAPIError, match="stays as it is"):
            await either_house.db.unit(lambda db, statement=statement: db.execute(text(statement)))
    assert (await desk.note()).true


async def test_additions_stand_in_order_and_come_once(either_house: House) -> None:
    desk = await at_desk(either_house)
    await desk.writes("plan", "Monday.")
    assert await append(desk.author, await desk.current(), uuid4(), "x") is Refusal.OPEN
    await sign(desk.author, desk.row, {})
    row, once = await desk.current(), uuid4()
    for row_id, words in ((once, "Called."), (once, "Called."), (uuid4(), "Came.")):
        assert await append(desk.author, row, row_id, words) is None
    note = await desk.note()
    assert [(one.number, one.text) for one in note.addenda] == [(1, "Called."), (2, "Came.")]


async def test_a_signed_note_comes_along_when_two_records_become_one(either_house: House) -> None:
    desk = await signed(either_house)
    await append(desk.author, await desk.current(), uuid4(), "He called.")
    kept = await booked(either_house, desk.linden, THURSDAY.replace(hour=13), name="Jo Almeyda")
    ids = (desk.linden.clinic.id, kept.card.patient_id, desk.made.card.patient_id)
    assert await merge(either_house, *ids, Sides(), uuid4()) is None
    note = await desk.note()
    assert (note.patient_id, note.true) == (kept.card.patient_id, True)
    assert [note.part("subjective").text, note.part("plan").text] == ["Sleeps through.", "Again on Monday."]
    assert [one.text for one in note.addenda] == ["He called."]


async def test_a_draft_can_be_thrown_away_whole(either_house: House) -> None:
    desk = await at_desk(either_house)
    await desk.writes("plan", "Monday.")
    assert await discard(desk.author, desk.row) is None
    assert await either_house.db.read(lambda db: store.note_of(db, desk.linden.clinic.id, desk.row.id)) is None
    assert await either_house.db.read(lambda db: store.parts_of(db, [desk.row.id])) == {}
