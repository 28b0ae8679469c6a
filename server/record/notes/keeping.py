"""Notes as their readers and authors have them: opened, saved section by section, signed, added to."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note as audit
from server.crypto import Keyring
from server.house import House
from server.record.notes import store
from server.record.notes.forms import Draft
from server.record.notes.rules import Addendum, Format, Kind, Note, Part, Refusal, digest, reads, writes
from server.record.notes.sealed import open_text, seal_text
from server.record.notes.store import Row, Saved

NOTES, PARTS, ADDENDA = "record_notes", "record_parts", "record_addenda"
Parts = Mapping[UUID, Sequence[store.SealedPart]]
Addenda = Mapping[UUID, Sequence[store.SealedAddendum]]


@dataclass(frozen=True)
class Author:
    """Who writes, about whom, and now."""

    house: House
    clinic_id: UUID
    patient_id: UUID
    staff_id: UUID
    now: datetime

    def entry(self, action: str, note_id: UUID, **detail: object) -> Entry:
        told = {"note": note_id.hex, **detail}
        return Entry(self.clinic_id, action, "patient", self.patient_id, "staff", self.staff_id, told)

    async def key(self) -> Keyring:
        return await self.house.keys.patient(self.clinic_id, self.patient_id)

    def new(self, chosen: Format, kind: Kind, booking_id: UUID | None = None, note_id: UUID | None = None) -> Row:
        """A note that was not begun yet."""
        whose = (self.clinic_id, self.patient_id, booking_id, self.staff_id)
        return Row(note_id or uuid4(), *whose, kind, chosen, self.now)


async def open_notes(house: House, rows: Sequence[Row], staff_id: UUID | None) -> list[Note]:
    """These notes of one patient with their words, as far as this member of staff, who treats the patient, reads them.

    A colleague's psychotherapy notes are left out; of a colleague's draft there are no words.
    """
    mine = [row for row in rows if row.kind is Kind.RECORD or row.author_id == staff_id]
    if not mine:
        return []
    read = [row.id for row in mine if reads(staff_id, row.author_id, row.kind, row.signed_at)]

    async def work(db: AsyncSession) -> tuple[Parts, Addenda]:
        return await store.parts_of(db, read), await store.addenda_of(db, read)

    parts, addenda = await house.db.read(work)
    keys = await house.keys.patients(mine[0].clinic_id, {row.patient_id for row in mine})
    return [_opened(row, keys[row.patient_id], parts, addenda) for row in mine if row.patient_id in keys]


async def open_note(house: House, row: Row, staff_id: UUID | None) -> Note | None:
    """One note; None where it is not theirs to know of, or its key was destroyed."""
    return next(iter(await open_notes(house, [row], staff_id)), None)


def _opened(row: Row, key: Keyring, parts: Parts, addenda: Addenda) -> Note:
    texts = {
        one.section: Part(open_text(key, PARTS, row.clinic_id, one.id, one.blob), one.version, one.saved_at)
        for one in parts.get(row.id, ())
    }
    added = [
        Addendum(one.number, open_text(key, ADDENDA, row.clinic_id, one.id, one.blob), one.by_id, one.at)
        for one in addenda.get(row.id, ())
    ]
    whose = (row.id, row.patient_id, row.booking_id, row.author_id, row.kind, row.format, row.begun_at, row.signed_at)
    return Note(*whose, texts, added, _is_true(row, key, texts))


def _is_true(row: Row, key: Keyring, parts: Mapping[str, Part]) -> bool:
    if row.salt is None or not parts:
        return True
    salt = open_text(key, NOTES, row.clinic_id, row.id, row.salt, "salt")
    return digest(salt, {section: part.text for section, part in parts.items()}) == row.digest


async def save(author: Author, note: Row, section: str, draft: Draft) -> Saved | Refusal:
    """Save a section, and begin the note with it. The same text again is no conflict: a page that goes sends twice."""
    house, key = author.house, await author.key()
    refused = writes(author.staff_id, note.author_id, note.signed_at)
    if refused:
        return refused
    kept = await _part(house, note.id, section)
    if kept is None and not draft.text.strip():
        return Saved(0, author.now)
    if kept and open_text(key, PARTS, author.clinic_id, kept.id, kept.blob) == draft.text:
        return Saved(kept.version, kept.saved_at)
    part_id = kept.id if kept else uuid4()
    blob = seal_text(key, PARTS, author.clinic_id, part_id, draft.text)

    async def work(db: AsyncSession) -> Saved | Refusal:
        begun = await store.begin(db, note)
        if not begun.format.has(section):
            return Refusal.OVERTAKEN
        saved = await store.save_part(db, begun.id, author.staff_id, section, part_id, blob, draft.version, author.now)
        if isinstance(saved, Saved) and saved.version == 1:
            audit(db, author.entry("note.written", begun.id, section=section, kind=note.kind.value), author.now)
        return saved

    saved = await house.db.unit(work)
    if saved is Refusal.OVERTAKEN:  # perhaps by the very same words, which were on their way from the same page
        there = await _part(house, note.id, section)
        if there and open_text(key, PARTS, author.clinic_id, there.id, there.blob) == draft.text:
            return Saved(there.version, there.saved_at)
    return saved


async def _part(house: House, note_id: UUID, section: str) -> store.SealedPart | None:
    found = (await house.db.read(lambda db: store.parts_of(db, [note_id]))).get(note_id, [])
    return next((one for one in found if one.section == section), None)


async def sign(author: Author, note: Row, drafts: Mapping[str, Draft]) -> Refusal | None:
    """Save what the page still holds, then sign the whole: from here on nobody changes it."""
    for section, draft in drafts.items():
        saved = await save(author, note, section, draft)
        if isinstance(saved, Refusal):
            return saved
    now_there = await author.house.db.read(lambda db: store.note_of(db, author.clinic_id, note.id))
    opened = await open_note(author.house, now_there, author.staff_id) if now_there else None
    if opened is None or opened.empty:
        return Refusal.EMPTY
    salt, texts = secrets.token_hex(16), {section: part.text for section, part in opened.parts.items()}
    blob = seal_text(await author.key(), NOTES, author.clinic_id, note.id, salt, "salt")
    seen = [(section, part.version) for section, part in opened.parts.items()]

    async def work(db: AsyncSession) -> Refusal | None:
        refused = await store.sign(db, note.id, author.staff_id, seen, blob, digest(salt, texts), author.now)
        if refused is None:
            audit(db, author.entry("note.signed", note.id, kind=note.kind.value), author.now)
        return refused

    return await author.house.db.unit(work)


async def append(author: Author, note: Row, row_id: UUID, text: str) -> Refusal | None:
    """Add to a signed note, for whoever reads it; the same `row_id` again adds nothing."""
    if not reads(author.staff_id, note.author_id, note.kind, note.signed_at):
        return Refusal.GONE
    if note.signed_at is None:
        return Refusal.OPEN
    blob = seal_text(await author.key(), ADDENDA, author.clinic_id, row_id, text)

    async def work(db: AsyncSession) -> None:
        if await store.add_addendum(db, note.id, row_id, blob, author.staff_id, author.now):
            audit(db, author.entry("note.added_to", note.id), author.now)

    await author.house.db.unit(work)
    return None


async def discard(author: Author, note: Row) -> Refusal | None:
    """Throw a draft away; that there was one stays in the audit."""

    async def work(db: AsyncSession) -> Refusal | None:
        refused = await store.discard(db, note.id, author.staff_id)
        if refused is None:
            audit(db, author.entry("note.thrown_away", note.id, kind=note.kind.value), author.now)
        return refused

    return await author.house.db.unit(work)
