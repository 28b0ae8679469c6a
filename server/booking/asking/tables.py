"""Rows of bookings that the clinic confirms first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class BookingRequest(Base):
    """That a booking was asked for, until when it is answered, and what the answer was.

    `other_times`: starts that the clinic proposed instead, as seconds since 1970; `taken_id`: the booking made of one.
    """

    __tablename__ = "booking_requests"
    __table_args__ = (Index("ix_booking_requests_open", "clinic_id", "answered_at"),)

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    answer_by: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    other_times: Mapped[list[Any] | None] = mapped_column(JSON)
    taken_id: Mapped[UUID | None] = mapped_column(Uuid)
