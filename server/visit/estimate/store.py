"""The past of a therapist's waits, read; nobody's name is in it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Instant
from server.visit.estimate.rules import Met
from server.visit.tables import Visit, VisitEvent

REACH = timedelta(days=365)
MOST = 400

# Bookings belong to their own feature: joined by name, as foreign keys are.
_booking = table("bookings", column("id", Uuid()), column("appointment_id", Uuid()))
_appointment = table("appointments", column("id", Uuid()), column("starts_at", Instant()), column("ends_at", Instant()))


async def met_by(db: AsyncSession, therapist_id: UUID, now: datetime) -> list[Met]:
    """The visits of this therapist that began in the last year, the newest first; each at its first admission."""
    admitted = func.min(VisitEvent.at, type_=Instant()).label("admitted")
    asked = (
        select(Visit.arrived_at, Visit.ended_at, _appointment.c.starts_at, _appointment.c.ends_at, admitted)
        .join(VisitEvent, VisitEvent.visit_id == Visit.id)
        .join(_booking, _booking.c.id == Visit.booking_id)
        .join(_appointment, _appointment.c.id == _booking.c.appointment_id)
        .where(Visit.therapist_id == therapist_id, Visit.arrived_at >= now - REACH, VisitEvent.kind == "admitted")
        .group_by(Visit.id, Visit.arrived_at, Visit.ended_at, _appointment.c.starts_at, _appointment.c.ends_at)
        .order_by(admitted.desc())
        .limit(MOST)
    )
    return [
        Met(row.arrived_at, row.starts_at, row.ends_at - row.starts_at, row.admitted, row.ended_at)
        for row in await db.execute(asked)
        if row.arrived_at <= row.admitted
    ]
