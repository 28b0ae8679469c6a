"""Counting tries: a try is counted before it is looked at, so that a hundred at once are a hundred."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.attempts.rules import FORGOTTEN_AFTER, Count, Mark, wait
from server.accounts.tables import Attempt


async def take_try(db: AsyncSession, marks: Collection[Mark], now: datetime) -> timedelta:
    """Count one try and return zero; or count nothing and return how long to wait."""
    await db.execute(delete(Attempt).where(Attempt.last_at < now - FORGOTTEN_AFTER))
    keys = sorted(mark.key for mark in marks)
    rows = [{"key": key, "failures": 0, "last_at": now} for key in keys]
    await db.execute(_insert(db).values(rows).on_conflict_do_nothing())
    mine = Attempt.key.in_(keys)
    asked = select(Attempt.key, Attempt.failures, Attempt.last_at).where(mine).order_by(Attempt.key)
    counts = {key: Count(failures, last_at) for key, failures, last_at in await db.execute(asked.with_for_update())}
    left = wait(marks, counts, now)
    if not left:
        await db.execute(update(Attempt).where(mine).values(failures=Attempt.failures + 1, last_at=now))
    return left


async def forgive(db: AsyncSession, marks: Collection[Mark]) -> None:
    """The right one came: what was wrong before is forgotten."""
    await db.execute(delete(Attempt).where(Attempt.key.in_([mark.key for mark in marks])))


def _insert(db: AsyncSession) -> Any:
    engine = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    return engine.insert(Attempt)
