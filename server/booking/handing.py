"""Giving an appointment to another therapist at its own time, in its own room, and giving back what was cancelled by
mistake; nobody is ever claimed twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping import keeping
from server.booking.grouping.store import Place
from server.booking.rules import BookingCard
from server.booking.store import next_sequence
from server.booking.tables import Appointment, Booking, Cancellation
from server.clinic.resources.store import units_named


@dataclass(frozen=True)
class Handed:
    """It is the other's now. `time_moved`: their time is claimed and the old one free; else they were booked then, and
    the claim stays where it was, so that the day of neither shows the same time twice.
    """

    time_moved: bool


async def hand_over(
    db: AsyncSession, card: BookingCard, to: UUID, now: datetime, *, whole: bool = False
) -> Handed | None:
    """Give the appointment of this booking to `to`; None when it changed meanwhile or others share it. `whole`: those
    go with it, each handed over by themselves.
    """
    await claims.queue_for(db, {card.therapist_id, to})
    seats = select(func.count()).where(Booking.appointment_id == card.appointment_id)
    alone = whole or await db.scalar(seats) == 1
    if not alone or not await next_sequence(db, card):
        return None
    held = await claims.held_by(db, card.appointment_id)
    free = held is not None and (await claims.look(db, {to}, held.span, now, of=card.appointment_id)).free
    if held and free:
        kept = await units_named(db, held.resources) if len(held.resources) > 1 else {}
        await claims.change(db, card.clinic_id, card.appointment_id, held.resources, {to, *kept}, held.span)
    await db.execute(update(Appointment).where(Appointment.id == card.appointment_id).values(therapist_id=to))
    return Handed(free)


async def take_back_cancellation(db: AsyncSession, card: BookingCard, held: claims.Held, now: datetime) -> bool:
    """The booking stands again with what it had claimed and a seat; False, with nothing written, when any of that is
    taken now, or its patient has taken another time instead.
    """
    if await db.scalar(select(Cancellation.taken_id).where(Cancellation.booking_id == card.id)):
        return False
    if not (await claims.look(db, held.resources, held.span, now, of=card.appointment_id)).free:
        return False
    seat = await _seat(db, card)
    if seat is None:
        return False
    same = (Booking.id == card.id, Booking.sequence == card.sequence)
    raised = update(Booking).where(*same).values(sequence=Booking.sequence + 1, seat=seat).returning(Booking.id)
    if await db.scalar(raised) is None:
        return False
    await db.execute(delete(Cancellation).where(Cancellation.booking_id == card.id))
    if await claims.held_by(db, card.appointment_id) is None:
        await claims.take(db, card.clinic_id, held.resources, held.span, card.appointment_id)
    await keeping.take(db, Place(card.appointment_id, seat, kept=True))  # where a place was kept meanwhile
    return True


async def _seat(db: AsyncSession, card: BookingCard) -> int | None:
    """The lowest that is free for who comes back; in a group it was given up with the time."""
    others = select(Booking.seat).where(Booking.appointment_id == card.appointment_id, Booking.id != card.id)
    taken = set(await db.scalars(others))
    return next((seat for seat in range(1, card.seats + 1) if seat not in taken), None)
