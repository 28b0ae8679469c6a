"""Queries of one-time links: looking uses nothing up, using works once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import tables
from server.accounts.rules import LASTS, LinkRefusal, Purpose, link_token
from server.crypto import token_hash


@dataclass(frozen=True)
class OpenLink:
    """A one-time link that still works."""

    id: UUID
    purpose: Purpose
    clinic_id: UUID | None
    staff_id: UUID | None
    detail: Mapping[str, Any]
    expires_at: datetime


async def make_link(
    db: AsyncSession,
    secret: bytes,
    purpose: Purpose,
    now: datetime,
    *,
    link_id: UUID | None = None,
    staff_id: UUID | None = None,
    clinic_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    lasts: timedelta | None = None,
) -> str:
    """Make a one-time link and return its token; earlier ones of this purpose for the same person end.

    `secret` is `keys.secret("staff links")`. A link that exists under `link_id` is left as it is.
    """
    link_id = link_id or uuid4()
    token = link_token(secret, link_id)
    if await db.get(tables.StaffLink, link_id) is not None:
        return token
    await end_links(db, purpose, now, staff_id=staff_id)
    db.add(
        tables.StaffLink(
            id=link_id,
            purpose=purpose,
            token_hash=token_hash(token),
            clinic_id=clinic_id,
            staff_id=staff_id,
            detail=dict(detail or {}),
            made_at=now,
            expires_at=now + (lasts or LASTS[purpose]),
        )
    )
    await db.flush()
    return token


async def end_links(db: AsyncSession, purpose: Purpose, now: datetime, *, staff_id: UUID | None) -> None:
    """End every unused link of this purpose for somebody (None: links that belong to nobody)."""
    link = tables.StaffLink
    mine = link.staff_id == staff_id if staff_id else link.staff_id.is_(None)
    await db.execute(update(link).where(link.purpose == purpose, mine, link.used_at.is_(None)).values(used_at=now))


async def count_since(db: AsyncSession, purpose: Purpose, staff_id: UUID, since: datetime) -> int:
    """How many links of this purpose somebody got since then."""
    link = tables.StaffLink
    asked = select(func.count()).where(link.purpose == purpose, link.staff_id == staff_id, link.made_at >= since)
    return await db.scalar(asked) or 0


async def open_link(db: AsyncSession, token: str, now: datetime) -> OpenLink | LinkRefusal:
    """Look at a link without using it up."""
    row = await db.scalar(select(tables.StaffLink).where(tables.StaffLink.token_hash == token_hash(token)))
    if row is None:
        return LinkRefusal.UNKNOWN
    if row.used_at is not None or now >= row.expires_at:
        return LinkRefusal.OVER
    return OpenLink(row.id, Purpose(row.purpose), row.clinic_id, row.staff_id, row.detail, row.expires_at)


async def use_link(db: AsyncSession, link_id: UUID, now: datetime) -> bool:
    """Use a link up; False when somebody was faster or it is too old."""
    link = tables.StaffLink
    asked = update(link).where(link.id == link_id, link.used_at.is_(None), link.expires_at > now)
    return await db.scalar(asked.values(used_at=now).returning(link.id)) is not None
