"""Who may treat the patient of a booking where they said that they will be."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.meeting import meeting_of
from server.booking.rules import BookingCard
from server.booking.where.rules import Ends, Held, ends_of
from server.clinic.licences.store import licences_of
from server.clinic.rules import Clinic
from server.house import House


async def held_by(db: AsyncSession, clinic: Clinic, therapist_ids: Collection[UUID]) -> Held:
    """Their lists, where the clinic asks where people will be; nothing is read where it does not."""
    return await licences_of(db, clinic.id, therapist_ids) if clinic.asks_where else {}


async def ends_for(house: House, clinic: Clinic, card: BookingCard, therapist_ids: Collection[UUID]) -> Ends:
    """Until when each of them may treat the patient of this booking."""
    if not clinic.asks_where:
        return {}
    meeting = await meeting_of(house, card)
    if not meeting.where:
        return {}
    held = await house.db.read(lambda db: held_by(db, clinic, therapist_ids))
    return ends_of(held, meeting.where, clinic.zone)
