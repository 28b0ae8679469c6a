"""Queries of notes; what they say stays sealed here. A note's row is locked before anything of it is written."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.record.notes.rules import Choice, Format, Kind, Refusal, format_of, writes
from server.record.notes.tables import NoteFormats, RecordAddendum, RecordNote, RecordPart


@dataclass(frozen=True)
class Row:
    """A note without its words."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    author_id: UUID
    kind: Kind
    format: Format
    begun_at: datetime
    signed_at: datetime | None = None
    salt: bytes | None = field(default=None, repr=False)
    digest: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SealedPart:
    id: UUID
    note_id: UUID
    section: str
    version: int
    saved_at: datetime
    blob: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedAddendum:
    id: UUID
    note_id: UUID
    number: int
    by_id: UUID
    at: datetime
    blob: bytes = field(repr=False)


@dataclass(frozen=True)
class Saved:
    version: int
    at: datetime


async def begin(db: AsyncSession, new: Row) -> Row:
    """The note; of one booking an author has one of each kind, and the same id again is the same note."""
    found = await _find(db, new)
    if found:
        return found
    values = {
        one: getattr(new, one) for one in ("id", "clinic_id", "patient_id", "booking_id", "author_id", "begun_at")
    }
    try:
        async with db.begin_nested():
            db.add(RecordNote(**values, kind=new.kind.value, shape=new.format.to_data()))
    except IntegrityError:
        return await _find(db, new) or new
    return new


async def _find(db: AsyncSession, new: Row) -> Row | None:
    mine = RecordNote.id == new.id
    if new.booking_id:
        mine = mine | (
            (RecordNote.booking_id == new.booking_id)
            & (RecordNote.author_id == new.author_id)
            & (RecordNote.kind == new.kind.value)
        )
    row = await db.scalar(select(RecordNote).where(mine).order_by(RecordNote.begun_at).limit(1))
    return _row(row) if row else None


async def note_of(db: AsyncSession, clinic_id: UUID, note_id: UUID) -> Row | None:
    row = await db.scalar(select(RecordNote).where(RecordNote.clinic_id == clinic_id, RecordNote.id == note_id))
    return _row(row) if row else None


async def note_of_booking(db: AsyncSession, booking_id: UUID, author_id: UUID | None, kind: Kind) -> Row | None:
    mine = (RecordNote.booking_id == booking_id, RecordNote.author_id == author_id, RecordNote.kind == kind.value)
    row = await db.scalar(select(RecordNote).where(*mine))
    return _row(row) if row else None


async def notes_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Row]:
    """Every note about a patient, the newest first."""
    asked = select(RecordNote).where(RecordNote.clinic_id == clinic_id, RecordNote.patient_id == patient_id)
    return [_row(one) for one in await db.scalars(asked.order_by(RecordNote.begun_at.desc()))]


async def parts_of(db: AsyncSession, note_ids: Collection[UUID]) -> dict[UUID, list[SealedPart]]:
    found: dict[UUID, list[SealedPart]] = defaultdict(list)
    for one in await db.scalars(select(RecordPart).where(RecordPart.note_id.in_(note_ids))):
        part = SealedPart(one.id, one.note_id, one.section, one.version, one.saved_at, one.text_sealed)
        found[one.note_id].append(part)
    return found


async def addenda_of(db: AsyncSession, note_ids: Collection[UUID]) -> dict[UUID, list[SealedAddendum]]:
    found: dict[UUID, list[SealedAddendum]] = defaultdict(list)
    asked = select(RecordAddendum).where(RecordAddendum.note_id.in_(note_ids)).order_by(RecordAddendum.number)
    for one in await db.scalars(asked):
        found[one.note_id].append(SealedAddendum(one.id, one.note_id, one.number, one.by_id, one.at, one.text_sealed))
    return found


async def save_part(
    db: AsyncSession, note_id: UUID, staff_id: UUID, section: str, part_id: UUID, blob: bytes, over: int, now: datetime
) -> Saved | Refusal:
    """Write a section over version `over` (0: there is none yet)."""
    note = await _locked(db, note_id)
    refused = Refusal.GONE if note is None else writes(staff_id, note.author_id, note.signed_at)
    if note is None or refused:
        return refused or Refusal.GONE
    part = await db.scalar(select(RecordPart).where(RecordPart.note_id == note_id, RecordPart.section == section))
    if (part.version if part else 0) != over or (part and part.id != part_id):
        return Refusal.OVERTAKEN
    if part:
        part.text_sealed, part.version, part.saved_at = blob, over + 1, now
    else:
        whose = {"clinic_id": note.clinic_id, "patient_id": note.patient_id, "note_id": note_id}
        db.add(RecordPart(id=part_id, **whose, section=section, text_sealed=blob, version=1, saved_at=now))
    await db.flush()
    return Saved(over + 1, now)


async def change_format(db: AsyncSession, note_id: UUID, staff_id: UUID, chosen: Format) -> Refusal | None:
    """Write it in another format, as long as no section of it was saved."""
    note = await _locked(db, note_id)
    refused = Refusal.GONE if note is None else writes(staff_id, note.author_id, note.signed_at)
    if note is None or refused:
        return refused or Refusal.GONE
    if await db.scalar(select(RecordPart.id).where(RecordPart.note_id == note_id).limit(1)):
        return Refusal.BEGUN
    note.shape = chosen.to_data()
    return None


async def sign(
    db: AsyncSession, note_id: UUID, staff_id: UUID, seen: Collection[tuple[str, int]], salt: bytes, digest: bytes,
    now: datetime,
) -> Refusal | None:  # fmt: skip
    """Sign the text of these (section, version)s; another one was saved meanwhile: OVERTAKEN."""
    note = await _locked(db, note_id)
    refused = Refusal.GONE if note is None else writes(staff_id, note.author_id, note.signed_at)
    if note is None or refused:
        return refused or Refusal.GONE
    asked = select(RecordPart.section, RecordPart.version).where(RecordPart.note_id == note_id)
    if {(section, version) for section, version in await db.execute(asked)} != set(seen):
        return Refusal.OVERTAKEN
    note.signed_at, note.salt_sealed, note.digest = now, salt, digest
    await db.flush()
    return None


async def add_addendum(db: AsyncSession, note_id: UUID, row_id: UUID, blob: bytes, by: UUID, now: datetime) -> bool:
    """Add to a signed note; the same id again adds nothing: False."""
    note = await _locked(db, note_id)
    there = select(RecordAddendum.id).where(RecordAddendum.id == row_id)
    if note is None or note.signed_at is None or await db.scalar(there):
        return False
    last = select(func.coalesce(func.max(RecordAddendum.number), 0)).where(RecordAddendum.note_id == note_id)
    number = (await db.scalar(last) or 0) + 1
    whose = {"clinic_id": note.clinic_id, "patient_id": note.patient_id, "note_id": note_id}
    db.add(RecordAddendum(id=row_id, **whose, number=number, text_sealed=blob, by_id=by, at=now))
    await db.flush()
    return True


async def discard(db: AsyncSession, note_id: UUID, staff_id: UUID) -> Refusal | None:
    """Throw a draft away for good."""
    note = await _locked(db, note_id)
    refused = Refusal.GONE if note is None else writes(staff_id, note.author_id, note.signed_at)
    if note is None or refused:
        return refused or Refusal.GONE
    await db.execute(delete(RecordPart).where(RecordPart.note_id == note_id))
    await db.execute(delete(RecordNote).where(RecordNote.id == note_id))
    return None


async def formats_of(db: AsyncSession, clinic_id: UUID) -> Choice:
    asked = select(NoteFormats).where(NoteFormats.clinic_id == clinic_id).order_by(NoteFormats.number.desc()).limit(1)
    row = await db.scalar(asked)
    if row is None:
        return Choice()
    return Choice(tuple(format_of(one) for one in row.value["formats"]), row.value["first"], row.number)


async def keep_formats(db: AsyncSession, clinic_id: UUID, chosen: Choice, by: UUID | None, now: datetime) -> bool:
    """Keep a choice over the one with its number; False when somebody else was faster."""
    value = {"formats": [one.to_data() for one in chosen.formats], "first": chosen.first}
    row = NoteFormats(id=uuid4(), clinic_id=clinic_id, number=chosen.number + 1, value=value, by_id=by, at=now)
    return await added(db, row)


async def _locked(db: AsyncSession, note_id: UUID) -> RecordNote | None:
    asked = select(RecordNote).where(RecordNote.id == note_id).with_for_update()
    return await db.scalar(asked.execution_options(populate_existing=True))


def _row(row: RecordNote) -> Row:
    return Row(
        row.id, row.clinic_id, row.patient_id, row.booking_id, row.author_id, Kind(row.kind), format_of(row.shape),
        row.begun_at, row.signed_at, row.salt_sealed, row.digest,
    )  # fmt: skip
