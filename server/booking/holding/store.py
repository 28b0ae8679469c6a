"""Queries of holds, values in and out; their time is taken in `claims.py`."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping import keeping
from server.booking.holding.rules import AN_HOUR, REMEMBERED, Counts, Kept
from server.booking.holding.tables import Hold


async def kept(db: AsyncSession, form_id: UUID, now: datetime) -> Kept | None:
    """The time that is kept for this form now."""
    asked = select(Hold).where(Hold.form_id == form_id, Hold.ended_at.is_(None), Hold.expires_at > now)
    row = await db.scalar(asked)
    if row is None:
        return None
    return Kept(row.form_id, row.service_id, row.therapist_id, row.starts_at, row.made_at, row.expires_at)


async def counts(db: AsyncSession, clinic_id: UUID, address: bytes, but: UUID, now: datetime) -> Counts:
    """How many are kept; what this form keeps now does not count as kept, since it is about to be let go."""
    live = Hold.ended_at.is_(None) & (Hold.expires_at > now) & (Hold.form_id != but)
    mine = Hold.address == address
    asked = select(
        func.count().filter(live, mine),
        func.count().filter(mine, Hold.made_at > now - AN_HOUR),
        func.count().filter(live),
    )
    return Counts(*(await db.execute(asked.where(Hold.clinic_id == clinic_id))).one())


async def keep(db: AsyncSession, clinic_id: UUID, address: bytes, new: Kept) -> None:
    """Write it, and forget what is older than a day."""
    await db.execute(delete(Hold).where(Hold.clinic_id == clinic_id, Hold.made_at < new.made_at - REMEMBERED))
    values = {
        "id": uuid4(),
        "form_id": new.form_id,
        "clinic_id": clinic_id,
        "address": address,
        "service_id": new.service_id,
        "therapist_id": new.therapist_id,
        "starts_at": new.starts_at,
        "made_at": new.made_at,
        "expires_at": new.until,
    }
    await db.execute(insert(Hold).values(values))


async def end(db: AsyncSession, form_id: UUID, now: datetime) -> None:
    """Let go of what is kept for this form: it was booked, or another time was chosen."""
    await claims.let_go(db, form_id)
    await keeping.let_seat_go(db, form_id, now)
    await db.execute(update(Hold).where(Hold.form_id == form_id, Hold.ended_at.is_(None)).values(ended_at=now))
