"""Which bookings ahead nobody will keep; values in, values out. Runs within a unit of its caller."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_between
from server.booking.hours import Stretch, stretch
from server.booking.rooms import unusable_rooms
from server.booking.rules import BookingCard
from server.booking.unkept.rules import Times, Unkept, Why, why
from server.clinic.changing import changes_between
from server.clinic.practice import Practice, practice_of

AHEAD = timedelta(days=800)
"""Farther than any booking may lie ahead, and any series."""


async def unkept(db: AsyncSession, clinic_id: UUID, therapist_id: UUID | None, now: datetime) -> list[Unkept]:
    """Those ahead of one therapist or of all, earliest first."""
    cards = await bookings_between(db, clinic_id, therapist_id, now, now + AHEAD)
    return await among(db, clinic_id, cards, now)


async def among(db: AsyncSession, clinic_id: UUID, cards: Iterable[BookingCard], now: datetime) -> list[Unkept]:
    """Those of these bookings that lie ahead, are not cancelled, and that nobody will keep."""
    ahead = [card for card in cards if card.cancelled_at is None and card.starts_at > now]
    if not ahead:
        return []
    practice = await practice_of(db, clinic_id)
    assert practice is not None, "a booking's clinic stays"
    times = await _times(db, practice, ahead, now)
    found = [(card, reason) for card in ahead if (reason := why(card, times))]
    return [Unkept(card, one, times.rooms[card.appointment_id] if one is Why.ROOM else "") for card, one in found]


async def _times(db: AsyncSession, practice: Practice, cards: list[BookingCard], now: datetime) -> Times:
    changes = await changes_between(db, practice.clinic, now, max(card.ends_at for card in cards))
    away: dict[UUID, list[Stretch]] = {}
    for who, start, end in changes.away:
        if who is not None:
            away.setdefault(who, []).append(stretch(start, end))
    pairs = {(card.therapist_id, card.service_id) for card in cards}
    return Times(
        zone=practice.clinic.zone,
        hours={pair: practice.week(*pair) for pair in pairs},
        dated={pair: changes.days(*pair) for pair in pairs},
        away=away,
        shut=[stretch(start, end) for who, start, end in changes.away if who is None],
        rooms=await unusable_rooms(db, practice.clinic.id, now),
        left={card.staff_id for card in practice.therapists if card.left},
    )
