"""Queries of series; values in, values out. Each function runs within a unit of its caller."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims, store
from server.booking.cards import bookings_of_series
from server.booking.deadlines import link_ends
from server.booking.grouping import keeping
from server.booking.grouping import store as grouping
from server.booking.grouping.store import Place
from server.booking.moves import goes_whole, leave_seats, move_seat, no_sooner
from server.booking.rules import Booked, BookingCard, Calendar, Span
from server.booking.series.orders import Ground, NewDate, NewSeries
from server.booking.series.rules import Every
from server.booking.series.tables import Series
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink, Move
from server.clinic.resources.store import pools
from server.clinic.rules import Clinic

__all__ = ["add", "bookings_of_series", "exists", "look", "move", "times_of"]


async def times_of(db: AsyncSession, series_id: UUID) -> tuple[Every, int] | None:
    """How often a series is, and how many sessions were booked; None when there is none of this id."""
    row = await db.get(Series, series_id)
    return (Every(row.every), row.count) if row else None


async def look(
    db: AsyncSession,
    clinic: Clinic,
    ground: Ground,
    span: Span,
    now: datetime,
    without: Collection[UUID] = (),
    who: UUID | None = None,
) -> Calendar:
    """What stands in the span, read after queueing for everybody and everything that could be taken in it: what is
    free then stays free until the unit ends. `who`: the patient whose places in groups count as theirs already.
    """
    service, hours = ground.service, ground.hours
    units = (await pools(db, clinic.id, service.needs, *span)).every if service.needs else []
    await claims.queue_for(db, [*hours, *units])
    await claims.drop_expired(db, [*hours, *units], span, now)
    return await around(db, clinic, ground, span, now, without, who)


async def around(
    db: AsyncSession, clinic: Clinic, ground: Ground, span: Span, now: datetime, without: Collection[UUID],
    who: UUID | None,
) -> Calendar:  # fmt: skip
    """What a snapshot shows in the span. A group that somebody leaves goes on, and its time is not free for them, as
    long as anybody else comes; their own place in it is."""
    service, hours, held = ground.service, ground.hours, ground.held
    but, left = await store.leaving(db, service, without, now), frozenset(without)
    known = await store.calendar(db, clinic, service, hours, span.until_at, now, but, held, ground.ends, left_by=left)
    if who is None or not ground.service.in_group:
        return known
    return replace(known, sits=await grouping.sits_at(db, ground.service.id, who, now, without))


async def add(db: AsyncSession, new: NewSeries, times: Sequence[Booked], now: datetime, by: By) -> None:
    """Write a series with all its appointments, claims, bookings and links. Raises `claims.ClaimLost`.

    Every link lasts until the last one ends: the mail with the whole list may carry the first. Where a group meets, a
    place in it is taken, and nothing is claimed.
    """
    placed = [(one, time, await _place(db, new, time, now)) for one, time in zip(new.dates, times, strict=True)]
    await db.execute(insert(Series).values(_series(new, len(placed), now, by)))
    begun = [(time, place.appointment_id) for _, time, place in placed if not time.joins]
    if begun:
        await db.execute(insert(Appointment), [_appointment(new, *each, now) for each in begun])
        wanted = [(which, time.claim, appointment_id) for time, appointment_id in begun for which in time.resources]
        await claims.take_all(db, new.clinic_id, wanted)
    await db.execute(insert(Booking), [_booking(new, one, place, now, by) for one, _, place in placed])
    ends = link_ends(max(time.ends_at for time in times))
    await db.execute(insert(BookingLink), [_link(one, ends, now) for one in new.dates])


async def _place(db: AsyncSession, new: NewSeries, time: Booked, now: datetime) -> Place:
    if not time.joins:
        return Place(uuid4(), 1)
    found = await grouping.place_in(db, new.service_id, time.therapist_id, time.starts_at, now)
    if not isinstance(found, Place):
        raise claims.ClaimLost("place")
    await keeping.take(db, found)
    return found


def _series(new: NewSeries, count: int, now: datetime, by: By) -> dict[str, Any]:
    return {
        "id": new.id,
        "clinic_id": new.clinic_id,
        "patient_id": new.patient_id,
        "every": new.every,
        "count": count,
        "made_at": now,
        "made_by": by.id,
    }


def _appointment(new: NewSeries, time: Booked, appointment_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": appointment_id,
        "clinic_id": new.clinic_id,
        "service_id": new.service_id,
        "therapist_id": time.therapist_id,
        "starts_at": time.starts_at,
        "ends_at": time.ends_at,
        "zone": new.zone,
        "seats": new.seats,
        "made_at": now,
    }


def _booking(new: NewSeries, one: NewDate, place: Place, now: datetime, by: By) -> dict[str, Any]:
    return {
        "id": one.booking_id,
        "public_id": one.public_id,
        "clinic_id": new.clinic_id,
        "appointment_id": place.appointment_id,
        "patient_id": new.patient_id,
        "seat": place.seat,
        "for_whom": new.for_whom,
        "means": new.means,
        "meeting_sealed": one.meeting_sealed,
        "reason_sealed": one.reason_sealed,
        "price": new.price,
        "currency": new.currency,
        "series_id": new.id,
        "number": one.number,
        "made_at": now,
        "made_by": by.id,
    }


def _link(one: NewDate, ends: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": one.link_id,
        "booking_id": one.booking_id,
        "token_hash": one.token_hash,
        "expires_at": ends,
        "made_at": now,
    }


async def move(
    db: AsyncSession, clinic: Clinic, moves: Sequence[tuple[BookingCard, Booked]], now: datetime, by: By
) -> bool:
    """Give several bookings other times, after `look` said that all are free; False, and the caller must undo, when
    one of them changed meanwhile. Raises `claims.ClaimLost`. Of a group one seat moves, and nobody else in it: all
    their seats are given back first, since one date may go where another was in a group that is full.
    """
    whole = [one for one in moves if await goes_whole(db, *one, now)]
    seats = [one for one in moves if one not in whole]
    await leave_seats(db, [card for card, _ in seats], now)
    if whole and not await _move_alone(db, clinic.id, whole, now, by):
        return False
    for card, to in seats:
        if not await move_seat(db, card, to, clinic.zone, now, by, among=True):
            return False
    return True


async def _move_alone(
    db: AsyncSession, clinic_id: UUID, moves: Sequence[tuple[BookingCard, Booked]], now: datetime, by: By
) -> bool:
    for card, _ in moves:
        if not await store.next_sequence(db, card):
            return False
    await claims.release(db, [card.appointment_id for card, _ in moves])
    wanted = [(which, to.claim, card.appointment_id) for card, to in moves for which in to.resources]
    await claims.take_all(db, clinic_id, wanted)
    for card, to in moves:
        times = {"therapist_id": to.therapist_id, "starts_at": to.starts_at, "ends_at": to.ends_at}
        await db.execute(update(Appointment).where(Appointment.id == card.appointment_id).values(times))
    ends = link_ends(max(to.ends_at for _, to in moves))
    links = BookingLink.booking_id.in_([card.id for card, _ in moves])
    await db.execute(update(BookingLink).where(links).values(expires_at=no_sooner(ends)))
    trace = [
        {
            "id": uuid4(),
            "booking_id": card.id,
            "from_starts_at": card.starts_at,
            "to_starts_at": to.starts_at,
            "at": now,
            "by_kind": by.kind,
            "by_id": by.id,
        }
        for card, to in moves
    ]
    await db.execute(insert(Move), trace)
    return True


async def exists(db: AsyncSession, series_id: UUID) -> bool:
    """Whether a series of this id was made."""
    return await db.scalar(select(Series.id).where(Series.id == series_id)) is not None
