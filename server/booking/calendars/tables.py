"""Rows of the links by which therapists read their bookings in another calendar, and of bookings written into one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CalendarFeed(Base):
    """A therapist's secret link; its token is made from `link_id`, and a new one ends the old. `shows`: see rules."""

    __tablename__ = "calendar_feeds"

    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    link_id: Mapped[UUID] = mapped_column(Uuid)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    shows: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime] = mapped_column(Instant)


class WrittenEntry(Base):
    """That a booking stands in a calendar elsewhere, as it was at `sequence`; `etag` as the server named it then."""

    __tablename__ = "written_entries"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("other_calendars.id"), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    etag: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("booking_id", "calendar_id"),)
