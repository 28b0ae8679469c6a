"""Rows of help now: what a clinic chose, who asked for it, and whom somebody gets in touch with the next day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class SupportRule(Base):
    """A clinic's choices; without a row it is off. Taking locks it, so that nobody takes more than they may."""

    __tablename__ = "support_rules"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    in_use: Mapped[bool] = mapped_column(Boolean)
    from_minute: Mapped[int] = mapped_column(Integer)
    until_minute: Mapped[int] = mapped_column(Integer)
    hand_over_minutes: Mapped[int] = mapped_column(Integer)
    capacity: Mapped[int] = mapped_column(Integer)
    topics: Mapped[list[Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("services.id"))
    again_seconds: Mapped[int] = mapped_column(Integer, default=60, server_default="60")
    lead_seconds: Mapped[int] = mapped_column(Integer, default=180, server_default="180")
    danger_again_seconds: Mapped[int] = mapped_column(Integer, default=30, server_default="30")
    danger_lead_seconds: Mapped[int] = mapped_column(Integer, default=60, server_default="60")


class SupportAsk(Base):
    """Somebody's place in the line. `open_of` is the patient while it is open: one place each at a time.

    `number` rises with every change of hands; `first_taken_at` and `offered_at` stay for the report.
    """

    __tablename__ = "support_asks"
    __table_args__ = (Index("ix_support_asks_clinic_id_asked_at", "clinic_id", "asked_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    open_of: Mapped[UUID | None] = mapped_column(Uuid, unique=True)
    state: Mapped[str] = mapped_column(String(8))
    lift: Mapped[str] = mapped_column(String(8))
    way: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
    staff_id: Mapped[UUID | None] = mapped_column(Uuid)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    first_taken_at: Mapped[datetime | None] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    # Looked at when the unit ends: who meets whom is settled before the booking itself is written.
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bookings.id", deferrable=True, initially="DEFERRED"), index=True
    )
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))
    said_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class SupportFollowUp(Base):
    """Who gets in touch with whom the next day, and what came of it."""

    __tablename__ = "support_follow_ups"
    __table_args__ = (Index("ix_support_follow_ups_clinic_id_due_at", "clinic_id", "due_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("support_asks.id"), unique=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(Uuid)
    due_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by: Mapped[UUID | None] = mapped_column(Uuid)
    result: Mapped[str | None] = mapped_column(String(16))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
