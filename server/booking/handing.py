"""Giving an appointment to another therapist at its own time, in its own room; nobody is ever claimed twice."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.rules import BookingCard
from server.booking.store import next_sequence
from server.booking.tables import Appointment, Booking
from server.clinic.resources.store import units_named


@dataclass(frozen=True)
class Handed:
    """It is the other's now. `time_moved`: their time is claimed and the old one free; else they were booked then, and
    the claim stays where it was, so that the day of neither shows the same time twice.
    """

    time_moved: bool


async def hand_over(db: AsyncSession, card: BookingCard, to: UUID, now: datetime) -> Handed | None:
    """Give the appointment of this booking to `to`; None when it changed meanwhile or others share it."""
    await claims.queue_for(db, {card.therapist_id, to})
    seats = select(func.count()).where(Booking.appointment_id == card.appointment_id)
    if (await db.scalar(seats) or 0) != 1 or not await next_sequence(db, card):
        return None
    held = await claims.held_by(db, card.appointment_id)
    free = held is not None and (await claims.look(db, {to}, held.span, now, of=card.appointment_id)).free
    if held and free:
        kept = await units_named(db, held.resources) if len(held.resources) > 1 else {}
        await claims.change(db, card.clinic_id, card.appointment_id, held.resources, {to, *kept}, held.span)
    await db.execute(update(Appointment).where(Appointment.id == card.appointment_id).values(therapist_id=to))
    return Handed(free)
