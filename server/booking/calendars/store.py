"""Queries of the links by which therapists read their bookings, and of those bookings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, column, delete, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.calendars.rules import AHEAD, BACK, Entry, Feed, Shows
from server.booking.calendars.tables import CalendarFeed
from server.booking.tables import Appointment, Booking, Cancellation, Move

# The name of a service belongs to the clinic feature: joined by name, as foreign keys are.
_service = table("services", column("id", Uuid()), column("name", String()))


async def feed_of(db: AsyncSession, therapist_id: UUID) -> Feed | None:
    """A therapist's link."""
    return _feed(await db.get(CalendarFeed, therapist_id))


async def feed_by_token(db: AsyncSession, token_hash: bytes) -> Feed | None:
    """Whose link this token is."""
    return _feed(await db.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash)))


async def set_feed(db: AsyncSession, feed: Feed, token_hash: bytes, now: datetime) -> None:
    """Give a therapist a link, in place of any they had."""
    await drop_feed(db, feed.therapist_id)
    db.add(
        CalendarFeed(
            therapist_id=feed.therapist_id,
            clinic_id=feed.clinic_id,
            link_id=feed.link_id,
            token_hash=token_hash,
            shows=feed.shows,
            made_at=now,
        )
    )
    await db.flush()


async def set_shows(db: AsyncSession, therapist_id: UUID, shows: Shows) -> None:
    """What the entries are called from the next reading on."""
    await db.execute(update(CalendarFeed).where(CalendarFeed.therapist_id == therapist_id).values(shows=shows))


async def drop_feed(db: AsyncSession, therapist_id: UUID) -> bool:
    """End a link; False when there was none."""
    gone = delete(CalendarFeed).where(CalendarFeed.therapist_id == therapist_id)
    return bool((await db.execute(gone.returning(CalendarFeed.therapist_id))).all())


async def entries_of(db: AsyncSession, therapist_id: UUID, now: datetime) -> list[Entry]:
    """A therapist's bookings from a month ago on that were not cancelled, earliest first."""
    from_at, until_at = now - BACK, now + AHEAD
    asked = _entries().where(Appointment.therapist_id == therapist_id)
    asked = asked.where(Appointment.starts_at.between(from_at, until_at)).order_by(Appointment.starts_at, Booking.id)
    return [Entry(**row) for row in (await db.execute(asked)).mappings()]


def _entries() -> Select[Any]:
    moved_at = select(func.max(Move.at)).where(Move.booking_id == Booking.id).correlate(Booking).scalar_subquery()
    return (
        select(
            Booking.id,
            Booking.sequence,
            Appointment.starts_at,
            Appointment.ends_at,
            _service.c.name.label("service"),
            func.coalesce(moved_at, Booking.made_at, type_=Booking.made_at.type).label("changed_at"),
        )
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(_service, _service.c.id == Appointment.service_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(Cancellation.booking_id.is_(None))
    )


def _feed(row: CalendarFeed | None) -> Feed | None:
    return Feed(row.therapist_id, row.clinic_id, row.link_id, Shows(row.shows)) if row else None
