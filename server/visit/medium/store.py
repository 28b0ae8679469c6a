"""Queries of mediums and tried calls; values in, values out."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, Uuid, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.medium.forms import NewTry
from server.visit.medium.rules import BEGINNING, MOST_TRIES, Medium, NumberKind, Reached, Try, Turn
from server.visit.medium.tables import PhoneTry, VisitMedium
from server.visit.store import By

# Staff belong to the accounts feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("name", String()))


async def turn_of(db: AsyncSession, visit_id: UUID) -> Turn:
    """How people meet in this visit now."""
    asked = select(VisitMedium).where(VisitMedium.visit_id == visit_id).order_by(VisitMedium.number.desc()).limit(1)
    row = await db.scalar(asked)
    return Turn(row.number, Medium(row.medium), row.by_kind, row.at) if row else BEGINNING


async def turns_of(db: AsyncSession, visit_id: UUID) -> list[Turn]:
    """Every change of medium in this visit, in order."""
    asked = select(VisitMedium).where(VisitMedium.visit_id == visit_id).order_by(VisitMedium.number)
    return [Turn(row.number, Medium(row.medium), row.by_kind, row.at) for row in await db.scalars(asked)]


async def add_turn(db: AsyncSession, visit_id: UUID, before: Turn, medium: Medium, by: By, now: datetime) -> Turn:
    """Write the turn after `before`; the visit's row is locked by whoever asks, so that numbers never meet."""
    assert by.id is not None, "somebody chose"
    row = VisitMedium(id=uuid4(), visit_id=visit_id, number=before.number + 1, medium=medium, at=now)
    row.by_kind, row.by_id = by.kind, by.id
    db.add(row)
    await db.flush()
    return Turn(row.number, medium, by.kind, now)


async def tries_of(db: AsyncSession, visit_id: UUID) -> list[Try]:
    """Every call that was tried in this visit, oldest first."""
    asked = (
        select(PhoneTry, _staff.c.name)
        .outerjoin(_staff, _staff.c.id == PhoneTry.by_id)
        .where(PhoneTry.visit_id == visit_id)
        .order_by(PhoneTry.at, PhoneTry.id)
    )
    return [
        Try(row.id, row.at, name or "", NumberKind(row.number_kind), Reached(row.outcome))
        for row, name in await db.execute(asked)
    ]


async def add_try(
    db: AsyncSession, try_id: UUID, visit_id: UUID, by_id: UUID, new: NewTry, now: datetime
) -> bool | None:
    """Write a call; False when this very one stands already, None when there are too many to be true."""
    if await db.get(PhoneTry, try_id) is not None:
        return False
    known = await db.scalar(select(func.count()).where(PhoneTry.visit_id == visit_id))
    if (known or 0) >= MOST_TRIES:
        return None
    db.add(PhoneTry(id=try_id, visit_id=visit_id, at=now, by_id=by_id, number_kind=new.number, outcome=new.outcome))
    await db.flush()
    return True
