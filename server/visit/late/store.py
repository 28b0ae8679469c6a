"""Queries of delays; values in, values out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.visit import store as visits
from server.visit.late.rules import LASTS, MAILED_AHEAD, Delay, is_mailed
from server.visit.late.tables import TherapistDelay
from server.visit.presence.store import lock_therapist

# Therapists belong to the clinic feature: joined by name, as foreign keys are.
_therapist = table("therapists", column("staff_id", Uuid()), column("name", String()))


@dataclass(frozen=True)
class NamedDelay:
    """Who runs how late, for the clinic's own page."""

    name: str
    minutes: int
    at: datetime


async def delay_of(db: AsyncSession, therapist_id: UUID, now: datetime) -> Delay | None:
    """What this therapist says of themselves now."""
    row = await _open(db, therapist_id, now)
    return _value(row) if row else None


async def delays_in(db: AsyncSession, clinic_id: UUID, now: datetime) -> list[NamedDelay]:
    """Who of the clinic runs late now."""
    mine = (TherapistDelay.clinic_id == clinic_id, TherapistDelay.ended_at.is_(None), TherapistDelay.at > now - LASTS)
    asked = select(TherapistDelay, _therapist.c.name).join(
        _therapist, _therapist.c.staff_id == TherapistDelay.therapist_id
    )
    rows = await db.execute(asked.where(*mine).order_by(TherapistDelay.at))
    return [NamedDelay(name, row.minutes, row.at) for row, name in rows]


async def delay_by_id(db: AsyncSession, delay_id: UUID) -> tuple[Delay, bool] | None:
    """A delay, and whether it still stands."""
    row = await db.get(TherapistDelay, delay_id)
    return (_value(row), row.ended_at is None) if row else None


async def say(
    db: AsyncSession, clinic_id: UUID, therapist_id: UUID, minutes: int, by_id: UUID, now: datetime
) -> Delay | None:
    """Write the new word over the last one; None when the same stands already."""
    await lock_therapist(db, clinic_id, therapist_id)
    row = await _open(db, therapist_id, now)
    if row and row.minutes == minutes:
        return None
    if row:
        row.ended_at, row.ended_by = now, by_id
    new = TherapistDelay(id=uuid4(), clinic_id=clinic_id, therapist_id=therapist_id, minutes=minutes, at=now)
    new.by_id = by_id
    db.add(new)
    await db.flush()
    return _value(new)


async def take_back(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, by_id: UUID, now: datetime) -> Delay | None:
    """Write that they are on time again; returns what stood, or None."""
    await lock_therapist(db, clinic_id, therapist_id)
    row = await _open(db, therapist_id, now)
    if row is None:
        return None
    row.ended_at, row.ended_by = now, by_id
    await db.flush()
    return _value(row)


async def still_to_come(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, now: datetime) -> list[BookingCard]:
    """Who is booked with this therapist in the next hours and has not come yet."""
    cards = await booking.bookings_between(db, clinic_id, therapist_id, now, now + 2 * MAILED_AHEAD)
    ahead = [card for card in cards if card.cancelled_at is None and is_mailed(card.starts_at, now)]
    met = await visits.visits_of(db, [card.id for card in ahead])
    return [card for card in ahead if card.id not in met or met[card.id].arrived_at is None]


async def _open(db: AsyncSession, therapist_id: UUID, now: datetime) -> TherapistDelay | None:
    mine = (TherapistDelay.therapist_id == therapist_id, TherapistDelay.ended_at.is_(None))
    asked = select(TherapistDelay).where(*mine, TherapistDelay.at > now - LASTS).order_by(TherapistDelay.at.desc())
    return await db.scalar(asked.limit(1))


def _value(row: TherapistDelay) -> Delay:
    return Delay(row.id, row.therapist_id, row.minutes, row.at)
