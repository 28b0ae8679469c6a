"""Queries of what was promised about letters: by the clinic, by each therapist, and when somebody is away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.opening.rules import LOOK_AHEAD
from server.clinic.opening.store import opening_of
from server.clinic.rules import Clinic
from server.clinic.store import leave_between
from server.db import added
from server.letters.away.store import aways_of
from server.letters.rules import Away, Promise, away_now, closed_for, due_by
from server.letters.tables import LetterPace, LetterPromise


@dataclass(frozen=True)
class Expected:
    """What who writes now may expect: an answer within so many working days, by `due` where that is known, and from
    whom, if the addressee is away.
    """

    days: int
    due: datetime | None
    away: Away | None = None


async def promise_of(db: AsyncSession, clinic_id: UUID) -> Promise:
    """What the clinic says now; it takes no letters before it says so."""
    asked = select(LetterPromise).where(LetterPromise.clinic_id == clinic_id)
    row = await db.scalar(asked.order_by(LetterPromise.number.desc()).limit(1))
    return Promise(row.is_open, row.days, row.receipts, row.number) if row else Promise()


async def promise(db: AsyncSession, clinic_id: UUID, said: Promise, by: UUID | None, now: datetime) -> bool:
    """Say it over the promise of `said.number`; False when somebody else was faster."""
    values = {"is_open": said.is_open, "days": said.days, "receipts": said.receipts, "by_id": by, "at": now}
    return await added(db, LetterPromise(id=uuid4(), clinic_id=clinic_id, number=said.number + 1, **values))


async def paces(db: AsyncSession, clinic_id: UUID) -> Mapping[UUID, int]:
    """Therapist -> working days, of those who promise something of their own."""
    rows = await db.scalars(select(LetterPace).where(LetterPace.clinic_id == clinic_id))
    return {row.staff_id: row.days for row in rows}


async def set_pace(db: AsyncSession, clinic_id: UUID, staff_id: UUID, days: int | None) -> None:
    """Promise a number of one's own, or the clinic's again (None)."""
    await db.execute(delete(LetterPace).where(LetterPace.staff_id == staff_id))
    if days is not None:
        db.add(LetterPace(staff_id=staff_id, clinic_id=clinic_id, days=days))
        await db.flush()


async def expected(db: AsyncSession, clinic: Clinic, staff_id: UUID | None, now: datetime) -> Expected:
    """When a letter that is sent now to this therapist, or to the front desk (None), is answered at the latest."""
    said, own = await promise_of(db, clinic.id), await paces(db, clinic.id)
    aways = await aways_of(db, clinic.id)
    opening = await opening_of(db, clinic, now)
    today = now.astimezone(clinic.zone).date()
    ahead = await leave_between(db, clinic.id, now - timedelta(days=2), now + timedelta(days=LOOK_AHEAD))
    helped = [one for one in aways if one.staff_id == staff_id and one.stand_in]
    leave = [
        (one.from_at, one.until_at)
        for one in ahead
        if staff_id is not None
        and one.therapist_id == staff_id
        and not any(away.covers(one.from_at.astimezone(clinic.zone).date()) for away in helped)
    ]
    closed = [*opening.closures, *leave, *closed_for(opening, aways, staff_id)]
    days = own.get(staff_id, said.days) if staff_id else said.days
    return Expected(days, due_by(replace(opening, closures=closed), days, now), away_now(aways, staff_id, today))
