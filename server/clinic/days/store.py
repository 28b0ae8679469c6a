"""Queries of single days; values in, values out."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.days.rules import dated
from server.clinic.days.tables import DatedHours
from server.clinic.rules import WeeklyHours


async def days_ahead(db: AsyncSession, therapist_id: UUID, since: date) -> Mapping[date, tuple[WeeklyHours, ...]]:
    """The dates from `since` on with hours of their own, in order; no hours: nobody can be booked on that date."""
    asked = select(DatedHours.day, DatedHours.from_minute, DatedHours.until_minute)
    asked = asked.where(DatedHours.therapist_id == therapist_id, DatedHours.day >= since)
    return dict(sorted(dated((day, start, end) for day, start, end in await db.execute(asked)).items()))


async def set_day(
    db: AsyncSession, clinic_id: UUID, therapist_id: UUID, day: date, hours: Iterable[WeeklyHours]
) -> None:
    """Give a date hours of its own, in place of any it had; none: nobody can be booked on it."""
    await drop_day(db, therapist_id, day)
    minutes: list[tuple[int | None, int | None]] = [(one.from_minute, one.until_minute) for one in hours]
    whose = {"clinic_id": clinic_id, "therapist_id": therapist_id, "day": day}
    db.add_all(
        DatedHours(id=uuid4(), from_minute=start, until_minute=end, **whose) for start, end in minutes or [(None, None)]
    )
    await db.flush()


async def drop_day(db: AsyncSession, therapist_id: UUID, day: date) -> bool:
    """Let the week hold on a date again; False when it did already."""
    gone = delete(DatedHours).where(DatedHours.therapist_id == therapist_id, DatedHours.day == day)
    return bool((await db.execute(gone.returning(DatedHours.id))).all())
