"""Rows that say that somebody went away for the rest of a day, and what became of who was booked with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class AwayDay(Base):
    """Who is away from when until when, said by whom. `told_at` or `undone_at` is written first, never both. `ahead`:
    it is about bookings ahead that nobody would have kept, in time that was closed before."""

    __tablename__ = "away_days"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"))
    leave_id: Mapped[UUID] = mapped_column(Uuid)
    until_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID] = mapped_column(Uuid)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[UUID | None] = mapped_column(Uuid)
    ahead: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    __table_args__ = (Index("ix_away_days_therapist", "therapist_id", "made_at"),)


class AwayBooking(Base):
    """What became of one booking. `sequence` is the booking's own right after it; `held` is what it had claimed before,
    as {"from", "until", "resources"}, so that it can be given back.
    """

    __tablename__ = "away_bookings"

    away_id: Mapped[UUID] = mapped_column(ForeignKey("away_days.id"), primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    became: Mapped[str] = mapped_column(String(16))
    to_id: Mapped[UUID | None] = mapped_column(Uuid)
    sequence: Mapped[int] = mapped_column(Integer)
    held: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    told: Mapped[str | None] = mapped_column(String(8))
    told_at: Mapped[datetime | None] = mapped_column(Instant)
