"""Queries of the links by which therapists read their bookings, and of those bookings."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Boolean,
    Select,
    String,
    Uuid,
    and_,
    column,
    delete,
    func,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.asking.tables import BookingRequest
from server.booking.calendars.rules import AHEAD, BACK, Entry, Feed, Shows, Standing
from server.booking.calendars.tables import CalendarFeed, WrittenEntry
from server.booking.tables import Appointment, Booking, Cancellation, Move
from server.db import Instant

# Services and calendars elsewhere belong to the clinic feature: joined by name, as foreign keys are.
_service = table("services", column("id", Uuid()), column("name", String()))
_calendar = table(
    "other_calendars",
    column("id", Uuid()),
    column("therapist_id", Uuid()),
    column("failed_since", Instant()),
    column("writes", Boolean()),
    column("paused_at", Instant()),
)
MOST_BEHIND = 20


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


async def entry_of(db: AsyncSession, booking_id: UUID) -> tuple[UUID, Entry] | None:
    """A booking that was not cancelled, with who leads it."""
    asked = _entries().add_columns(Appointment.therapist_id).where(Booking.id == booking_id)
    row = (await db.execute(asked)).mappings().first()
    if row is None:
        return None
    columns = dict(row)
    return columns.pop("therapist_id"), Entry(**columns)


async def calendars_about(db: AsyncSession, booking_id: UUID) -> list[Standing]:
    """Every calendar in which a booking stands, or ought to since its therapist's are written there; no paused one."""
    standing = and_(WrittenEntry.calendar_id == _calendar.c.id, WrittenEntry.booking_id == booking_id)
    led = select(Appointment.therapist_id).join(Booking, Booking.appointment_id == Appointment.id)
    ought = and_(
        _calendar.c.writes.is_(True), _calendar.c.therapist_id == led.where(Booking.id == booking_id).scalar_subquery()
    )
    asked = (
        select(
            _calendar.c.id,
            _calendar.c.therapist_id,
            _calendar.c.failed_since,
            WrittenEntry.sequence,
            WrittenEntry.etag,
            _calendar.c.writes,
        )
        .outerjoin(WrittenEntry, standing)
        .where(_calendar.c.paused_at.is_(None), or_(WrittenEntry.id.is_not(None), ought))
    )
    return [Standing(*row) for row in await db.execute(asked)]


async def behind(db: AsyncSession, calendar_id: UUID, therapist_id: UUID, now: datetime) -> list[UUID]:
    """Bookings ahead of which a calendar that is written to does not know the newest, a few at a time."""
    standing = and_(WrittenEntry.booking_id == Booking.id, WrittenEntry.calendar_id == calendar_id)
    ended = or_(Cancellation.booking_id.is_not(None), Appointment.therapist_id != therapist_id)
    lacks = or_(WrittenEntry.id.is_(None), WrittenEntry.sequence < Booking.sequence)
    asked = (
        select(Booking.id)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .outerjoin(WrittenEntry, standing)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(Appointment.ends_at > now)
        .where(or_(and_(~ended, lacks), and_(ended, WrittenEntry.id.is_not(None))))
        .where(or_(Appointment.therapist_id == therapist_id, WrittenEntry.id.is_not(None)))
    )
    return list(await db.scalars(asked.order_by(Appointment.starts_at).limit(MOST_BEHIND)))


async def keep_written(
    db: AsyncSession, booking_id: UUID, calendar_id: UUID, sequence: int, etag: str, now: datetime
) -> bool:
    """The booking stands there as it is at this sequence; False, with nothing kept, where there is none any more."""
    there = select(Booking.id).where(Booking.id == booking_id).with_for_update(read=True, key_share=True)
    if await db.scalar(there) is None:
        return False
    await drop_written(db, calendar_id, booking_id)
    kept = WrittenEntry(
        id=uuid4(), booking_id=booking_id, calendar_id=calendar_id, sequence=sequence, etag=etag[:200], at=now
    )
    db.add(kept)
    await db.flush()
    return True


async def drop_written(db: AsyncSession, calendar_id: UUID, booking_id: UUID | None = None) -> None:
    """Forget that a booking stands in a calendar; without one, all that stand there."""
    gone = delete(WrittenEntry).where(WrittenEntry.calendar_id == calendar_id)
    await db.execute(gone.where(WrittenEntry.booking_id == booking_id) if booking_id else gone)


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
            and_(BookingRequest.booking_id.is_not(None), BookingRequest.answered_at.is_(None)).label("tentative"),
        )
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(_service, _service.c.id == Appointment.service_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .outerjoin(BookingRequest, BookingRequest.booking_id == Booking.id)
        .where(Cancellation.booking_id.is_(None))
    )


def _feed(row: CalendarFeed | None) -> Feed | None:
    return Feed(row.therapist_id, row.clinic_id, row.link_id, Shows(row.shows)) if row else None
