"""Queries of opening hours; values in, values out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.days.rules import closures
from server.clinic.opening.rules import LOOK_AHEAD, Opening
from server.clinic.opening.tables import OpeningHours
from server.clinic.rules import Clinic, WeeklyHours
from server.clinic.store import leave_between


async def opening_hours(db: AsyncSession, clinic_id: UUID) -> tuple[WeeklyHours, ...]:
    """The week, in order; empty where nothing was set."""
    rows = await db.scalars(select(OpeningHours).where(OpeningHours.clinic_id == clinic_id))
    return tuple(sorted(WeeklyHours(row.weekday, row.from_minute, row.until_minute) for row in rows))


async def set_opening_hours(db: AsyncSession, clinic_id: UUID, week: Iterable[WeeklyHours]) -> None:
    """Replace the week."""
    await db.execute(delete(OpeningHours).where(OpeningHours.clinic_id == clinic_id))
    db.add_all(OpeningHours(id=uuid4(), clinic_id=clinic_id, **one.span) for one in week)
    await db.flush()


async def opening_of(db: AsyncSession, clinic: Clinic, now: datetime) -> Opening:
    """Hours and closures from now on."""
    week = await opening_hours(db, clinic.id)
    ahead = await leave_between(db, clinic.id, now - timedelta(days=2), now + timedelta(days=LOOK_AHEAD))
    closed = [(one.from_at, one.until_at) for one in ahead if one.therapist_id is None]
    closed += closures(clinic, now - timedelta(days=2), now + timedelta(days=LOOK_AHEAD))
    return Opening(clinic.zone, week, closed)
