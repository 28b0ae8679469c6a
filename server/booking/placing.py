"""The last look before something is written or kept: whether all that a time needs is there, asked within the unit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import caps, claims
from server.booking.grouping.store import Place, place_in
from server.booking.rules import Booked
from server.clinic.calendars.store import takes
from server.clinic.changing import is_away
from server.clinic.rules import Clinic, Service


async def place_for(
    db: AsyncSession, clinic: Clinic, service: Service, time: Booked, now: datetime, held: UUID | None = None,
    patient_id: UUID | None = None,
) -> Place | bool:  # fmt: skip
    """A place in a group that stands at this time, unless this patient has one in it; else whether the therapist and
    all else are free, at work, and their day not full. What one hold (`held`) keeps is free for it."""
    if service.in_group:
        await claims.queue_for(db, time.resources)
        place = await place_in(db, service.id, time.therapist_id, time.starts_at, now, held, patient_id=patient_id)
        if place is not True or time.joins:
            return place is not True and place
    found = await claims.look(db, time.resources, time.claim, now, held=held)
    if not found.free or await is_away(db, clinic.id, time.therapist_id, time.starts_at, time.ends_at):
        return False
    if not time.bounded:
        return True
    return await caps.has_room(db, clinic.zone, time.therapist_id, time.starts_at, now, held=held)


async def taken_elsewhere(db: AsyncSession, time: Booked) -> bool:
    """Whether another calendar of the therapist took it since the look. Who has none costs nothing."""
    return time.elsewhere and await takes(db, time.therapist_id, time.claim.from_at, time.claim.until_at)
