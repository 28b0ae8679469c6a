"""Queries of a clinic's recordings; a list never loads what is heard, and a part of one loads that part alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.calm.recordings.rules import Span
from server.calm.recordings.tables import CalmRecording
from server.db import added


@dataclass(frozen=True)
class Recording:
    id: UUID
    session: str
    language: str
    part: str
    kind: str
    size: int
    at: datetime
    by_id: UUID = field(repr=False)


_PARTS = tuple(getattr(CalmRecording, name) for name in Recording.__dataclass_fields__)


async def recordings_of(db: AsyncSession, clinic_id: UUID) -> Sequence[Recording]:
    """All of a clinic, the newest first."""
    asked = select(*_PARTS).where(CalmRecording.clinic_id == clinic_id).order_by(CalmRecording.at.desc())
    return [Recording(*row) for row in await db.execute(asked)]


async def recording_of(db: AsyncSession, clinic_id: UUID, recording_id: UUID) -> Recording | None:
    mine = (CalmRecording.clinic_id == clinic_id, CalmRecording.id == recording_id)
    row = (await db.execute(select(*_PARTS).where(*mine))).one_or_none()
    return Recording(*row) if row else None


async def content_of(db: AsyncSession, recording_id: UUID, span: Span) -> bytes:
    """These bytes of it; empty once it is gone."""
    wanted = func.substr(CalmRecording.content, span.first + 1, span.size)
    return await db.scalar(select(wanted).where(CalmRecording.id == recording_id)) or b""


async def put(db: AsyncSession, clinic_id: UUID, new: Recording, content: bytes) -> bool:
    """In the place of what was recorded of the same part before; the same id again, or a faster window: False."""
    if await db.scalar(select(CalmRecording.id).where(CalmRecording.id == new.id)):
        return False
    same = {"clinic_id": clinic_id, "session": new.session, "language": new.language, "part": new.part}
    await db.execute(delete(CalmRecording).filter_by(**same))
    row = CalmRecording(
        id=new.id, **same, kind=new.kind, size=new.size, content=content, at=new.at, by_id=new.by_id
    )  # fmt: skip
    return await added(db, row)


async def remove(db: AsyncSession, clinic_id: UUID, recording_id: UUID) -> Recording | None:
    """Delete it, and what is heard with it; what it was, or None when it was gone already."""
    found = await recording_of(db, clinic_id, recording_id)
    if found:
        await db.execute(delete(CalmRecording).where(CalmRecording.id == recording_id))
    return found
