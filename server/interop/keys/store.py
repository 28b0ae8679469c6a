"""Queries of API keys."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Door, KeyScope, Viewer
from server.interop.keys.rules import KeyCard, shown_of
from server.interop.keys.tables import ApiKey
from server.plain import rows

SEEN_EVERY = timedelta(minutes=5)

# Asked by every request that shows a key, so it is made once.
_key = ApiKey.__table__.c
_BY_HASH = select(_key.id, _key.clinic_id, _key.scopes, _key.used_at).where(
    _key.token_hash == bindparam("token_hash"), _key.revoked_at.is_(None)
)


@dataclass(frozen=True)
class NewKey:
    """A key ready to be written; `token` is shown once and kept nowhere."""

    id: UUID
    clinic_id: UUID
    name: str
    scopes: frozenset[KeyScope]
    token: str = field(repr=False)
    token_hash: bytes = field(repr=False)


async def add(db: AsyncSession, new: NewKey, now: datetime, staff_id: UUID | None) -> None:
    db.add(
        ApiKey(
            id=new.id,
            clinic_id=new.clinic_id,
            name=new.name,
            token_hash=new.token_hash,
            shown=shown_of(new.token),
            scopes=" ".join(sorted(new.scopes)),
            made_at=now,
            made_by=staff_id,
        )
    )
    await db.flush()


async def keys_of(db: AsyncSession, clinic_id: UUID) -> list[KeyCard]:
    """The keys of a clinic that open something, oldest first."""
    mine = select(ApiKey).where(ApiKey.clinic_id == clinic_id, ApiKey.revoked_at.is_(None))
    return [
        KeyCard(row.id, row.name, row.shown, _scopes(row.scopes), row.made_at, row.used_at)
        for row in await db.scalars(mine.order_by(ApiKey.made_at, ApiKey.id))
    ]


async def count(db: AsyncSession, clinic_id: UUID) -> int:
    """How many of a clinic's keys open something."""
    mine = select(func.count()).where(ApiKey.clinic_id == clinic_id, ApiKey.revoked_at.is_(None))
    return await db.scalar(mine) or 0


async def revoke(db: AsyncSession, clinic_id: UUID, key_id: UUID, now: datetime, staff_id: UUID | None) -> bool:
    """End a key; False when the clinic has no such one that opens anything."""
    mine = update(ApiKey).where(ApiKey.id == key_id, ApiKey.clinic_id == clinic_id, ApiKey.revoked_at.is_(None))
    ended = mine.values(revoked_at=now, revoked_by=staff_id).returning(ApiKey.id)
    return await db.scalar(ended) is not None


async def belongs(db: AsyncSession, clinic_id: UUID, key_id: UUID) -> bool:
    """Whether this is a key of the clinic, ended or not."""
    mine = select(ApiKey.id).where(ApiKey.id == key_id, ApiKey.clinic_id == clinic_id)
    return await db.scalar(mine) is not None


async def viewer(db: AsyncSession, token_hash: bytes, now: datetime) -> tuple[Viewer, bool] | None:
    """Who shows this key, and whether it is time to note that they did. None: it opens nothing."""
    found = await rows(db, _BY_HASH, {"token_hash": token_hash})
    if not found:
        return None
    key_id, clinic_id, scopes, used_at = found[0]
    who = Viewer(Door.KEY, clinic_id=clinic_id, key_id=key_id, scopes=_scopes(scopes))
    return who, used_at is None or used_at <= now - SEEN_EVERY


async def used(db: AsyncSession, key_id: UUID, now: datetime) -> None:
    await db.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=now))


def _scopes(words: str) -> frozenset[KeyScope]:
    return frozenset(KeyScope(word) for word in words.split())
