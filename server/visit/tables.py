"""Rows of the meeting itself: its state, who takes part, what was said at the door, and what happened when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Visit(Base):
    """One meeting, made when its booking is first opened; a wait is this row, not a socket.

    `admitted_at` is the last time they were let in, `started_at` the first of this meeting: its clock.
    """

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), unique=True)
    therapist_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer, default=1)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_for: Mapped[datetime | None] = mapped_column(Instant)
    admitted_at: Mapped[datetime | None] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    held_at: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
    patient_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    staff_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    therapist_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrival_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("ix_visits_therapist_state", "therapist_id", "state"),)


class VisitPeer(Base):
    """One participant; the id is the peer's id on the wire, the epoch rises with every ticket.

    `login_id` is the staff login the last ticket was given to: when it ends, so does the place in the room.
    """

    __tablename__ = "visit_peers"
    __table_args__ = (UniqueConstraint("visit_id", "role", "person_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[UUID] = mapped_column(Uuid)
    login_id: Mapped[UUID | None] = mapped_column(Uuid)
    epoch: Mapped[int] = mapped_column(Integer, default=0)


class VisitEvent(Base):
    """What changed when, and by whom: arrived, admitted, held, sent back, ended, connected, dropped."""

    __tablename__ = "visit_events"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(24))
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)


class VisitNote(Base):
    """A therapist's private psychotherapy note: nobody else reads it, not even who took the visit over."""

    __tablename__ = "visit_notes"
    __table_args__ = (UniqueConstraint("visit_id", "staff_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    staff_id: Mapped[UUID] = mapped_column(Uuid)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
