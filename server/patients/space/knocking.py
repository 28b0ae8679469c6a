"""Queries of who stands at the door of a space: codes that staff handed over, and tries that last some minutes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import token_hash
from server.patients.space.rules import CODE_LASTS, CODE_TRIES, FOUND_BY, SENT_LASTS, SENT_TRIES, Way, code_hash
from server.patients.space.tables import SpaceCode, SpaceKnock

KEPT = timedelta(days=1)
"""How long a knock stays after its end."""


@dataclass(frozen=True)
class Code:
    """A code of the clinic, without its signs."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    helper_id: UUID | None
    made_at: datetime
    expires_at: datetime
    code_hash: bytes = field(repr=False)


@dataclass(frozen=True)
class Knock:
    id: UUID
    code: Code | None
    way: Way | None


async def hand_over(
    db: AsyncSession,
    secret: bytes,
    code: str,
    who: tuple[UUID, UUID, UUID | None],
    by: UUID | None,
    now: datetime,
    lasts: timedelta = CODE_LASTS,
) -> UUID:
    """Keep a plain code for `who` (clinic, patient, helper); the one that they had before opens nothing any more.

    `by` nobody: they made it themselves, where they are signed in.
    """
    clinic_id, patient_id, helper_id = who
    await db.execute(update(SpaceCode).where(*_waiting(patient_id, helper_id)).values(ended_at=now))
    row = SpaceCode(id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, helper_id=helper_id, made_by=by, tries=0)
    row.found_by, row.code_hash = code[:FOUND_BY], code_hash(secret, code)
    row.made_at, row.expires_at = now, now + lasts
    db.add(row)
    await db.flush()
    return row.id


async def codes_like(db: AsyncSession, code: str, now: datetime) -> list[Code]:
    """The codes that still open something and begin like this one."""
    asked = select(SpaceCode).where(SpaceCode.found_by == code[:FOUND_BY], *_live(now))
    return [_code(row) for row in await db.scalars(asked)]


async def waiting_codes(db: AsyncSession, patient_id: UUID, now: datetime) -> list[Code]:
    """The codes for this patient, and who acts for them, that nobody has used yet."""
    asked = select(SpaceCode).where(SpaceCode.patient_id == patient_id, *_live(now)).order_by(SpaceCode.made_at)
    return [_code(row) for row in await db.scalars(asked)]


async def count_try(db: AsyncSession, code_ids: Collection[UUID]) -> None:
    """A try that begins like these and was not right."""
    await db.execute(update(SpaceCode).where(SpaceCode.id.in_(code_ids)).values(tries=SpaceCode.tries + 1))


async def use_code(db: AsyncSession, code_id: UUID, now: datetime) -> bool:
    """Use it up; False when somebody did before, or it ended."""
    done = update(SpaceCode).where(SpaceCode.id == code_id, *_live(now)).values(used_at=now)
    return await db.scalar(done.returning(SpaceCode.id)) is not None


async def begin_knock(db: AsyncSession, token: str, now: datetime, **about: Any) -> UUID:
    """Somebody is at the door: `about` may hold `code_id` and `way`, or a `challenge`."""
    await db.execute(delete(SpaceKnock).where(SpaceKnock.expires_at < now - KEPT))
    row = SpaceKnock(id=uuid4(), token_hash=token_hash(token), tries=0, made_at=now, **about)
    row.expires_at = now + SENT_LASTS
    db.add(row)
    await db.flush()
    return row.id


async def sent_for(db: AsyncSession, code_id: UUID) -> int:
    """How many messages this code has had sent."""
    return await db.scalar(select(func.count()).where(SpaceKnock.code_id == code_id)) or 0


async def knock_by_token(db: AsyncSession, token: str, now: datetime) -> Knock | None:
    """Who stands at the door with this token, and has tries left."""
    mine = (SpaceKnock.token_hash == token_hash(token), SpaceKnock.tries < SENT_TRIES)
    return await _knock(db, now, *mine)


async def knock(db: AsyncSession, knock_id: UUID, now: datetime) -> Knock | None:
    return await _knock(db, now, SpaceKnock.id == knock_id)


async def take_turn(db: AsyncSession, knock_id: UUID, now: datetime) -> bool:
    """Count a try before it is looked at, so that a hundred at once are a hundred; False when none is left."""
    mine = (SpaceKnock.id == knock_id, SpaceKnock.tries < SENT_TRIES, *_standing(now))
    done = update(SpaceKnock).where(*mine).values(tries=SpaceKnock.tries + 1)
    return await db.scalar(done.returning(SpaceKnock.id)) is not None


async def end_knock(db: AsyncSession, knock_id: UUID, now: datetime) -> bool:
    """They came in; False when they did before."""
    done = update(SpaceKnock).where(SpaceKnock.id == knock_id, *_standing(now)).values(used_at=now)
    return await db.scalar(done.returning(SpaceKnock.id)) is not None


async def take_challenge(db: AsyncSession, token: str, now: datetime) -> bytes | None:
    """What a passkey must answer; each is good for one answer."""
    mine = (SpaceKnock.token_hash == token_hash(token), *_standing(now))
    return await db.scalar(update(SpaceKnock).where(*mine).values(used_at=now).returning(SpaceKnock.challenge))


async def _knock(db: AsyncSession, now: datetime, *mine: ColumnElement[bool]) -> Knock | None:
    row = await db.scalar(select(SpaceKnock).where(*mine, *_standing(now)))
    if row is None:
        return None
    code = await db.get(SpaceCode, row.code_id) if row.code_id else None
    return Knock(row.id, _code(code) if code else None, Way(row.way) if row.way else None)


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SpaceKnock.used_at.is_(None), SpaceKnock.expires_at > now


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    unused = (SpaceCode.used_at.is_(None), SpaceCode.ended_at.is_(None))
    return *unused, SpaceCode.expires_at > now, SpaceCode.tries < CODE_TRIES


def _waiting(patient_id: UUID, helper_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    same = SpaceCode.helper_id.is_(None) if helper_id is None else SpaceCode.helper_id == helper_id
    return SpaceCode.patient_id == patient_id, same, SpaceCode.used_at.is_(None), SpaceCode.ended_at.is_(None)


def _code(row: SpaceCode) -> Code:
    who = (row.id, row.clinic_id, row.patient_id, row.helper_id)
    return Code(*who, row.made_at, row.expires_at, row.code_hash)
