"""Queries of single days; values in, values out."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.days.rules import dated
from server.clinic.days.tables import DatedHours
from server.clinic.rules import WeeklyHours

Which = tuple[date, UUID | None]
"""A date, and the service that it is about alone; None: all of them."""


async def days_ahead(db: AsyncSession, therapist_id: UUID, since: date) -> Mapping[Which, tuple[WeeklyHours, ...]]:
    """The dates from `since` on with hours of their own, in order; no hours: nobody can be booked on that date."""
    asked = select(DatedHours.service_id, DatedHours.day, DatedHours.from_minute, DatedHours.until_minute)
    asked = asked.where(DatedHours.therapist_id == therapist_id, DatedHours.day >= since)
    found: dict[UUID | None, list[tuple[date, int | None, int | None]]] = {}
    for service_id, day, start, end in await db.execute(asked):
        found.setdefault(service_id, []).append((day, start, end))
    each: dict[Which, tuple[WeeklyHours, ...]] = {}
    for which, spans in found.items():
        each |= {(day, which): hours for day, hours in dated(spans).items()}
    return dict(sorted(each.items(), key=lambda one: (one[0][0], str(one[0][1] or ""))))


async def set_day(
    db: AsyncSession,
    clinic_id: UUID,
    therapist_id: UUID,
    day: date,
    hours: Iterable[WeeklyHours],
    service_id: UUID | None = None,
) -> None:
    """Give a date hours of its own, in place of any it had; none: nobody can be booked on it. With a service, for that
    alone."""
    await drop_day(db, therapist_id, day, service_id)
    minutes: list[tuple[int | None, int | None]] = [(one.from_minute, one.until_minute) for one in hours]
    whose = {"clinic_id": clinic_id, "therapist_id": therapist_id, "service_id": service_id, "day": day}
    db.add_all(
        DatedHours(id=uuid4(), from_minute=start, until_minute=end, **whose) for start, end in minutes or [(None, None)]
    )
    await db.flush()


async def drop_day(db: AsyncSession, therapist_id: UUID, day: date, service_id: UUID | None = None) -> bool:
    """Let the week hold on a date again, of this service alone or of those without hours of their own that day; False
    when it did already."""
    gone = delete(DatedHours).where(DatedHours.therapist_id == therapist_id, DatedHours.day == day)
    gone = gone.where(DatedHours.service_id == service_id)
    return bool((await db.execute(gone.returning(DatedHours.id))).all())
