"""Queries of series; values in, values out. Each function runs within a unit of its caller."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims, store
from server.booking.cards import bookings_of_series
from server.booking.rules import Booked, BookingCard, Calendar, Span, link_ends
from server.booking.series.rules import Every
from server.booking.series.tables import Series
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink, Move
from server.clinic.resources.store import pools
from server.clinic.rules import Clinic, Service

__all__ = ["NewDate", "NewSeries", "add", "bookings_of_series", "exists", "look", "move", "times_of"]


@dataclass(frozen=True)
class NewDate:
    """One booking of a series; the ids were made before, because links need them."""

    number: int
    booking_id: UUID
    public_id: str
    link_id: UUID
    token_hash: bytes = field(repr=False)


@dataclass(frozen=True)
class NewSeries:
    """A series ready to be written, but for its times, which are decided within the unit."""

    id: UUID
    clinic_id: UUID
    service_id: UUID
    patient_id: UUID
    every: Every
    zone: str
    for_whom: str
    means: str
    dates: Sequence[NewDate]
    price: int | None = None
    currency: str | None = None


async def times_of(db: AsyncSession, series_id: UUID) -> tuple[Every, int] | None:
    """How often a series is, and how many sessions were booked; None when there is none of this id."""
    row = await db.get(Series, series_id)
    return (Every(row.every), row.count) if row else None


async def look(
    db: AsyncSession,
    clinic: Clinic,
    service: Service,
    hours: store.Hours,
    span: Span,
    now: datetime,
    without: Collection[UUID] = (),
) -> Calendar:
    """What stands in the span, read after queueing for everybody and everything that could be taken in it: what is
    free then stays free until the unit ends.
    """
    units = (await pools(db, clinic.id, service.needs, *span)).every if service.needs else []
    await claims.queue_for(db, [*hours, *units])
    await claims.drop_expired(db, [*hours, *units], span, now)
    return await store.calendar(db, clinic, service, hours, span.until_at, now, without)


async def add(db: AsyncSession, new: NewSeries, times: Sequence[Booked], now: datetime, by: By) -> None:
    """Write a series with all its appointments, claims, bookings and links. Raises `claims.ClaimLost`.

    Every link lasts until the last one ends: the mail with the whole list may carry the first.
    """
    pairs = [(one, time, uuid4()) for one, time in zip(new.dates, times, strict=True)]
    whose: dict[str, Any] = {"clinic_id": new.clinic_id, "made_at": now}
    row = {**whose, "id": new.id, "patient_id": new.patient_id, "every": new.every, "count": len(pairs)}
    await db.execute(insert(Series).values(**row, made_by=by.id))
    shared = {**whose, "service_id": new.service_id, "zone": new.zone, "series_id": new.id}
    appointments = [
        {
            **shared,
            "id": appointment_id,
            "therapist_id": time.therapist_id,
            "starts_at": time.starts_at,
            "ends_at": time.ends_at,
            "number": one.number,
        }
        for one, time, appointment_id in pairs
    ]
    await db.execute(insert(Appointment), appointments)
    wanted = [(which, time.claim, appointment_id) for _, time, appointment_id in pairs for which in time.resources]
    await claims.take_all(db, new.clinic_id, wanted)
    bookings = [
        {
            **whose,
            "id": one.booking_id,
            "public_id": one.public_id,
            "appointment_id": appointment_id,
            "patient_id": new.patient_id,
            "for_whom": new.for_whom,
            "means": new.means,
            "price": new.price,
            "currency": new.currency,
            "made_by": by.id,
        }
        for one, _, appointment_id in pairs
    ]
    await db.execute(insert(Booking), bookings)
    ends = link_ends(max(time.ends_at for time in times))
    links = [
        {
            "id": one.link_id,
            "booking_id": one.booking_id,
            "token_hash": one.token_hash,
            "expires_at": ends,
            "made_at": now,
        }
        for one in new.dates
    ]
    await db.execute(insert(BookingLink), links)


async def move(
    db: AsyncSession, clinic_id: UUID, moves: Sequence[tuple[BookingCard, Booked]], now: datetime, by: By
) -> bool:
    """Give several bookings other times, after `look` said that all are free; False, and the caller must undo, when
    one of them changed meanwhile. Raises `claims.ClaimLost`.
    """
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
    await db.execute(update(BookingLink).where(links).values(expires_at=store.no_sooner(ends)))
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
