"""Rows of the links by which therapists read their bookings in another calendar."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Uuid
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
