"""Queries of who does not answer letters when, and who does in their place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.store import clinic_of
from server.db import added
from server.letters.rules import Away
from server.letters.tables import LetterAway


async def aways_of(db: AsyncSession, clinic_id: UUID) -> list[Away]:
    """Every absence of a clinic that was not taken back, the first first, past ones too."""
    asked = select(LetterAway).where(LetterAway.clinic_id == clinic_id).order_by(LetterAway.since, LetterAway.id)
    return [Away(row.id, row.staff_id, row.since, row.until, row.stand_in_id) for row in await db.scalars(asked)]


async def out_now(db: AsyncSession, clinic_id: UUID, now: datetime) -> frozenset[UUID]:
    """Who does not answer letters today, on the clinic's clock."""
    clinic = await clinic_of(db, clinic_id)
    today = now.astimezone(clinic.zone).date() if clinic else now.date()
    return frozenset(one.staff_id for one in await aways_of(db, clinic_id) if one.covers(today))


async def add(db: AsyncSession, clinic_id: UUID, new: Away, now: datetime) -> bool:
    """Write it; the same id again writes nothing: False."""
    days = {"since": new.since, "until": new.until}
    who = {"staff_id": new.staff_id, "stand_in_id": new.stand_in}
    return await added(db, LetterAway(id=new.id, clinic_id=clinic_id, **who, **days, at=now))


async def take_back(db: AsyncSession, clinic_id: UUID, away_id: UUID) -> bool:
    """They answer again; False when it was taken back before."""
    gone = delete(LetterAway).where(LetterAway.clinic_id == clinic_id, LetterAway.id == away_id)
    return bool((await db.execute(gone.returning(LetterAway.id))).all())
