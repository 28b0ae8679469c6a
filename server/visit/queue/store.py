"""The line of a booking, read: everybody who stands in it, as places without names."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.visit import store as visits
from server.visit.queue.rules import Place, place_of
from server.visit.recall.store import callings
from server.visit.rules import is_away, state_of

REACH = timedelta(hours=18)
"""How far before and after a booking's own time others may stand in the same line."""


async def places(db: AsyncSession, practice: Clinic, card: BookingCard, now: datetime) -> list[Place]:
    """Everybody in the line of this booking: the team's when its service is the team's, else its therapist's."""
    cards = await cards_in_line(db, card)
    met = await visits.visits_of(db, [one.id for one in cards])
    called = await callings(db, [visit.id for visit in met.values()], now)
    found = []
    for one in cards:
        visit = met.get(one.id)
        state = state_of(one, visit, practice.policy, now)
        lost = called[visit.id].behind if visit and visit.id in called else 0
        came = visit.arrived_at if visit else None
        place = place_of(one.id, one.starts_at, one.ends_at, state, came, lost, is_away=is_away(visit, now))
        found += [place] if place else []
    return found


async def cards_in_line(db: AsyncSession, card: BookingCard) -> Sequence[BookingCard]:
    """The bookings that stand in the same line as this one, itself included."""
    whose = None if card.team else card.therapist_id
    cards = await booking.bookings_between(db, card.clinic_id, whose, card.starts_at - REACH, card.starts_at + REACH)
    return [one for one in cards if whose or one.team]


async def waiting_public_ids(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, now: datetime) -> list[str]:
    """The pages of those who wait for this therapist now or are booked with them in the next hours."""
    cards = await booking.bookings_between(db, clinic_id, therapist_id, now - REACH, now + REACH)
    return [card.public_id for card in cards if card.cancelled_at is None]
