"""Who may treat the patient of a booking where they said that they will be."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.meeting import meetings_of
from server.booking.rules import BookingCard
from server.booking.where.rules import Ends, Held, ends_of
from server.clinic.licences.store import licences_of
from server.clinic.rules import Clinic
from server.house import House


async def held_by(db: AsyncSession, clinic: Clinic, therapist_ids: Collection[UUID]) -> Held:
    """Their lists, where the clinic asks where people will be; nothing is read where it does not."""
    found = await licences_of(db, clinic.id, therapist_ids) if clinic.asks_where else {}
    return {who: licences for who, licences in found.items() if licences or clinic.only_listed}


async def ends_for(house: House, clinic: Clinic, card: BookingCard, therapist_ids: Collection[UUID]) -> Ends:
    """Until when each of them may treat the patient of this booking."""
    return await ends_for_all(house, clinic, [card], therapist_ids)


async def ends_for_all(
    house: House, clinic: Clinic, cards: Sequence[BookingCard], therapist_ids: Collection[UUID]
) -> Ends:
    """Until when each of them may treat everybody of these bookings: the first end counts."""
    meetings = await meetings_of(house, clinic.id, cards) if clinic.asks_where else {}
    places = {one.where for one in meetings.values() if one.where}
    if not places:
        return {}
    held = await house.db.read(lambda db: held_by(db, clinic, therapist_ids))
    found: dict[UUID, datetime] = {}
    for place in places:
        for who, at in ends_of(held, place, clinic.zone).items():
            found[who] = min(at, found.get(who, at))
    return found
