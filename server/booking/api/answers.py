"""Queries of the answers that are kept: who was first, and what they were told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.api.tables import ApiAnswer

LASTS = timedelta(hours=24)
GIVEN_UP = timedelta(seconds=60)
"""After it, whoever was at work is taken for dead."""


@dataclass(frozen=True)
class Attempt:
    """A request under a key: whose and where (`id`), and what it says."""

    id: UUID
    clinic_id: UUID
    print: bytes = field(repr=False)


class State(StrEnum):
    MINE = "mine"  # nobody was here before, or who was is dead
    OTHER = "other"  # the key was used for something else
    RUNNING = "running"


async def begin(db: AsyncSession, attempt: Attempt, now: datetime) -> State | bytes:
    """Within a unit: come first, or hear of who did; their sealed answer when there is one."""
    await db.execute(delete(ApiAnswer).where(ApiAnswer.expires_at <= now))
    insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"id": attempt.id, "clinic_id": attempt.clinic_id, "print": attempt.print}
    times = {"begun_at": now, "expires_at": now + LASTS}
    first = insert(ApiAnswer).values({**row, **times}).on_conflict_do_nothing().returning(ApiAnswer.id)
    if await db.scalar(first) is not None:
        return State.MINE
    found = (await db.scalars(select(ApiAnswer).where(ApiAnswer.id == attempt.id).with_for_update())).one_or_none()
    if found is None:
        return State.RUNNING
    if found.print != attempt.print:
        return State.OTHER
    if found.answer_sealed is not None:
        return found.answer_sealed
    if found.begun_at > now - GIVEN_UP:
        return State.RUNNING
    found.begun_at = now
    return State.MINE


async def keep(db: AsyncSession, attempt: Attempt, blob: bytes) -> None:
    await db.execute(update(ApiAnswer).where(ApiAnswer.id == attempt.id).values(answer_sealed=blob))


async def forget(db: AsyncSession, attempt: Attempt) -> None:
    await db.execute(delete(ApiAnswer).where(ApiAnswer.id == attempt.id))
