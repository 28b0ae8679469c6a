"""Queries of the origins that may show a clinic's booking; values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.embed.tables import EmbedOrigin


@dataclass(frozen=True)
class Listed:
    """An origin that may, and since when."""

    id: UUID
    origin: str
    added_at: datetime


async def origins(db: AsyncSession, clinic_id: UUID) -> Sequence[Listed]:
    """Those of one clinic, by name."""
    asked = select(EmbedOrigin).where(EmbedOrigin.clinic_id == clinic_id).order_by(EmbedOrigin.origin)
    return [Listed(row.id, row.origin, row.added_at) for row in await db.scalars(asked)]


async def add_origin(db: AsyncSession, clinic_id: UUID, origin: str, by: UUID | None, now: datetime) -> bool:
    """List it; False when it stands there already. Whoever calls holds the clinic, so nobody lists it in between."""
    there = await db.scalar(
        select(EmbedOrigin.id).where(EmbedOrigin.clinic_id == clinic_id, EmbedOrigin.origin == origin)
    )
    if there:
        return False
    db.add(EmbedOrigin(id=uuid4(), clinic_id=clinic_id, origin=origin, added_at=now, added_by=by))
    return True


async def drop_origin(db: AsyncSession, clinic_id: UUID, origin_id: UUID) -> str | None:
    """Take it away; the origin that it was, or None when the clinic has no such."""
    gone = delete(EmbedOrigin).where(EmbedOrigin.clinic_id == clinic_id, EmbedOrigin.id == origin_id)
    return await db.scalar(gone.returning(EmbedOrigin.origin))
