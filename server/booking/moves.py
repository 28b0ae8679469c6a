"""Giving what is booked another time, or another room, within a unit: alone, or one seat of a group."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import caps, claims
from server.booking.deadlines import link_ends
from server.booking.grouping import keeping
from server.booking.grouping import store as grouping
from server.booking.rules import Booked, BookingCard
from server.booking.store import By, next_sequence
from server.booking.tables import Appointment, Booking, BookingLink, Move
from server.clinic.changing import is_away
from server.db import Instant


async def move(db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime, by: By) -> bool:
    """Give a booking another time; False, with nothing written, when it is taken or the booking changed meanwhile."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    if await is_away(db, card.clinic_id, to.therapist_id, to.starts_at, to.ends_at):
        return False
    if not await goes_whole(db, card, to, now):
        return await move_seat(db, card, to, zone, now, by)
    found = await claims.look(db, to.resources, to.claim, now, of=card.appointment_id)
    if not found.free:
        return False
    if not await caps.has_room(db, zone, to.therapist_id, to.starts_at, now, without=card.appointment_id):
        return False
    if not await next_sequence(db, card):
        return False
    await move_appointment(db, card.clinic_id, card.appointment_id, found.held, to)
    await moved(db, card, to, now, by)
    return True


async def goes_whole(db: AsyncSession, card: BookingCard, to: Booked, now: datetime) -> bool:
    """Whether its appointment moves with it: nobody else comes to it, and it joins no other."""
    if card.seats == 1:
        return not await grouping.is_shared(db, card.appointment_id, card.id)
    return not to.joins and bool(await grouping.emptied(db, [card.appointment_id], now))


async def change_room(db: AsyncSession, card: BookingCard, to: Booked, now: datetime) -> bool:
    """Hold other rooms or devices at the same time; False when one is taken or the booking has moved meanwhile."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    same = (Appointment.starts_at == card.starts_at, Appointment.therapist_id == card.therapist_id)
    if await db.scalar(select(Appointment.id).where(Appointment.id == card.appointment_id, *same)) is None:
        return False
    found = await claims.look(db, to.resources, to.claim, now, of=card.appointment_id)
    if found.free and found.held:  # what was cancelled meanwhile holds nothing
        await claims.change(db, card.clinic_id, card.appointment_id, found.held, to.resources, to.claim)
    return found.free and bool(found.held)


async def move_appointment(
    db: AsyncSession, clinic_id: UUID, appointment_id: UUID, held: Collection[UUID], to: Booked
) -> None:
    """Its claims and its times, with everybody who comes to it; the caller has queued and looked."""
    await claims.change(db, clinic_id, appointment_id, held, to.resources, to.claim)
    times = {"therapist_id": to.therapist_id, "starts_at": to.starts_at, "ends_at": to.ends_at}
    await db.execute(update(Appointment).where(Appointment.id == appointment_id).values(times))


async def moved(db: AsyncSession, card: BookingCard, to: Booked, now: datetime, by: By, *, alone: bool = False) -> None:
    """Note that a booking has another time now; its link lasts until after that. `alone`: it left its group."""
    ends = link_ends(to.ends_at)
    lasting = update(BookingLink).where(BookingLink.booking_id == card.id)
    await db.execute(lasting.values(expires_at=no_sooner(ends) if card.series_id else ends))
    db.add(
        Move(
            id=uuid4(),
            booking_id=card.id,
            from_starts_at=card.starts_at,
            to_starts_at=to.starts_at,
            at=now,
            by_kind=by.kind,
            by_id=by.id,
            alone=alone,
        )
    )
    await db.flush()


async def move_seat(
    db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime, by: By, *, among: bool = False
) -> bool:
    """One patient goes to another group, or is the first of a new one; the group they leave stays. Nobody gets a second
    seat of one group; `among`: several of theirs move at once, whether they do was looked at before, and their seats
    were left (`leave_seats`)."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    who = None if among else card.patient_id
    place = await grouping.place_in(db, card.service_id, to.therapist_id, to.starts_at, now, patient_id=who)
    begins = place is True and not to.joins and (await claims.look(db, to.resources, to.claim, now)).free
    if begins and not await caps.has_room(db, zone, to.therapist_id, to.starts_at, now):
        return False
    if not (begins or isinstance(place, grouping.Place)) or not await next_sequence(db, card):
        return False
    found = place if isinstance(place, grouping.Place) else await _new_group(db, card, to, zone, now)
    await keeping.take(db, found)
    if not among:
        await keeping.release_if_empty(db, card.appointment_id, card.id, now)
    seat = {"appointment_id": found.appointment_id, "seat": found.seat}
    await db.execute(update(Booking).where(Booking.id == card.id).values(seat))
    await moved(db, card, to, now, by, alone=True)
    return True


async def leave_seats(db: AsyncSession, cards: Sequence[BookingCard], now: datetime) -> None:
    """Give back the seats of several bookings of one patient, before each is given another within the same unit."""
    for card in cards:
        await keeping.release_if_empty(db, card.appointment_id, card.id, now)
        await grouping.give_back(db, card.id, card.appointment_id)


async def _new_group(db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime) -> grouping.Place:
    appointment_id = uuid4()
    values = {"id": appointment_id, "clinic_id": card.clinic_id, "service_id": card.service_id, "zone": zone.key}
    values |= {"seats": card.seats}
    times = {"therapist_id": to.therapist_id, "starts_at": to.starts_at, "ends_at": to.ends_at, "made_at": now}
    await db.execute(insert(Appointment).values(values | times))
    await claims.take(db, card.clinic_id, to.resources, to.claim, appointment_id)
    return grouping.Place(appointment_id, 1)


def no_sooner(ends: datetime) -> ColumnElement[datetime]:
    """When a link ends that lasts until then at least: any link of a series leads to all of it, up to the last one."""
    return case((BookingLink.expires_at < ends, literal(ends, Instant())), else_=BookingLink.expires_at)
