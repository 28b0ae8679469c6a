"""A group that meets again, as the public page knows it: with whom, and on which dates from one meeting on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.grouping.store import dates_of, goes_along
from server.booking.series.forms import MOST
from server.booking.series.rules import Every
from server.booking.series.tables import Series
from server.booking.tables import Appointment, Booking


@dataclass(frozen=True)
class Course:
    """`dates`: two at least, rising, the meeting that was asked for first."""

    therapist_id: UUID
    dates: Sequence[datetime]
    every: Every


async def course_at(
    db: AsyncSession, service_id: UUID, therapist_ids: Collection[UUID], start: datetime, now: datetime
) -> Course | None:
    """The group of this service that meets at this start and again; of several the one that meets most often."""
    asked = select(Appointment.id, Appointment.therapist_id).where(Appointment.service_id == service_id)
    asked = asked.where(Appointment.starts_at == start, Appointment.therapist_id.in_(therapist_ids))
    found: list[tuple[UUID, UUID, list[datetime]]] = []
    for appointment_id, therapist_id in (await db.execute(asked.order_by(Appointment.id))).all():
        dates = [at for at in await dates_of(db, appointment_id, now) if at >= start]
        found.append((appointment_id, therapist_id, dates[:MOST]))
    most = max(found, key=lambda one: len(one[2]), default=None)
    if most is None or len(most[2]) < 2:
        return None
    return Course(most[1], most[2], await _every(db, most[0]))


async def _every(db: AsyncSession, appointment_id: UUID) -> Every:
    asked = select(Series.every).join(Booking, Booking.series_id == Series.id).order_by(Series.made_at).limit(1)
    every = await db.scalar(asked.where(Booking.appointment_id == appointment_id, goes_along()))
    return Every.WEEK if every in (None, Every.COURSE) else Every(every)
