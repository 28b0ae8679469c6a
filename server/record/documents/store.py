"""Queries of documents; names and contents stay sealed here, and a list never loads a content."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.record.documents.tables import Document


@dataclass(frozen=True)
class Sealed:
    """A document without its content."""

    id: UUID
    kind: str
    size: int
    by_id: UUID
    at: datetime
    name: bytes = field(repr=False)
    key: bytes = field(repr=False)


_PARTS = (Document.id, Document.kind, Document.size, Document.by_id, Document.at, Document.name_sealed)


async def documents_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Sealed]:
    """What there is of a patient, the newest first."""
    mine = (Document.clinic_id == clinic_id, Document.patient_id == patient_id, Document.gone_at.is_(None))
    rows = await db.execute(select(*_PARTS, Document.key_sealed).where(*mine).order_by(Document.at.desc()))
    return [Sealed(*row) for row in rows]


async def content_of(db: AsyncSession, document_id: UUID) -> bytes:
    return await db.scalar(select(Document.content).where(Document.id == document_id)) or b""


async def add(db: AsyncSession, clinic_id: UUID, patient_id: UUID, new: Sealed, content: bytes) -> bool:
    """Keep a document; the same id again keeps nothing: False."""
    if await db.scalar(select(Document.id).where(Document.id == new.id)):
        return False
    db.add(
        Document(
            id=new.id, clinic_id=clinic_id, patient_id=patient_id, name_sealed=new.name, key_sealed=new.key,
            content=content, kind=new.kind, size=new.size, by_id=new.by_id, at=new.at,
        )
    )  # fmt: skip
    await db.flush()
    return True


async def throw_away(db: AsyncSession, document_id: UUID, by: UUID, now: datetime) -> None:
    """Its content is gone; that it was there stays."""
    there = (Document.id == document_id, Document.gone_at.is_(None))
    await db.execute(update(Document).where(*there).values(content=b"", gone_at=now, gone_by=by))
