"""Queries of letters that are begun: sealed, one version after the other, and deleted once they are sent or emptied."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring, Place, seal, unseal
from server.db import added
from server.letters.tables import Letter, LetterDraft


@dataclass(frozen=True)
class Kept:
    """A draft as it is kept; a new one has version 0 and nothing sealed."""

    id: UUID
    version: int = 0
    at: datetime | None = None
    sealed: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Desk:
    """Whose drafts: of one writer, to one patient or from them, in a thread or for a new one (None)."""

    clinic_id: UUID
    patient_id: UUID
    writer_id: UUID
    thread_id: UUID | None


def place(clinic_id: UUID, patient_id: UUID, draft_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "letter_drafts", draft_id, "text")


def seal_draft(key: Keyring, clinic_id: UUID, draft_id: UUID, text: str) -> bytes:
    return seal(key, text, place(clinic_id, key.owner, draft_id))


def open_draft(key: Keyring, clinic_id: UUID, kept: Kept) -> str:
    """What was typed so far. Raises SealBroken."""
    return unseal(key, kept.sealed, place(clinic_id, key.owner, kept.id)) if kept.sealed else ""


async def draft_at(db: AsyncSession, desk: Desk) -> Kept | None:
    """The draft that lies on this desk; of several, as two windows make them, the latest."""
    row = await db.scalar(select(LetterDraft).where(*_on(desk)).order_by(LetterDraft.at.desc()).limit(1))
    return Kept(row.id, row.version, row.at, row.text_sealed) if row else None


async def save(db: AsyncSession, desk: Desk, draft_id: UUID, over: int, sealed: bytes, now: datetime) -> int | None:
    """Keep a text over the version it was read at, and the new version; None when another window was faster, or the
    letter was sent. `sealed` empty: the draft is thrown away.
    """
    if await db.scalar(select(Letter.id).where(Letter.id == draft_id)):
        return None
    mine = (LetterDraft.id == draft_id, LetterDraft.version == over, *_on(desk))
    if not sealed:
        await db.execute(delete(LetterDraft).where(*mine))
        return 0
    if over:
        values = {"text_sealed": sealed, "version": over + 1, "at": now}
        done = await db.execute(update(LetterDraft).where(*mine).values(values))
        return over + 1 if getattr(done, "rowcount", 0) else None
    whose = {"clinic_id": desk.clinic_id, "patient_id": desk.patient_id, "writer_id": desk.writer_id}
    row = LetterDraft(id=draft_id, **whose, thread_id=desk.thread_id, text_sealed=sealed, version=1, at=now)
    return 1 if await added(db, row) else None


async def forget(db: AsyncSession, desk: Desk) -> None:
    """What lay there was sent."""
    await db.execute(delete(LetterDraft).where(*_on(desk)))


def _on(desk: Desk) -> list[ColumnElement[bool]]:
    thread = LetterDraft.thread_id
    where = thread.is_(None) if desk.thread_id is None else thread == desk.thread_id
    whose = (LetterDraft.patient_id == desk.patient_id, LetterDraft.writer_id == desk.writer_id)
    return [LetterDraft.clinic_id == desk.clinic_id, *whose, where]
