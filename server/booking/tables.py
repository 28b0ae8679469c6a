"""Rows of appointments, the time they claim, the bookings in them, and the links that open those."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant

HELD = "hold_id IS NOT NULL"


class Appointment(Base):
    """A time that is taken. `zone` is the wall clock it was meant in; `seats`: for how many it was given, whatever its
    service is given to later."""

    __tablename__ = "appointments"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"))
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    zone: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant)
    seats: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __table_args__ = (
        Index("ix_appointments_therapist_starts", "therapist_id", "starts_at"),
        Index("ix_appointments_clinic_starts", "clinic_id", "starts_at"),
    )


class Claim(Base):
    """The time a resource is taken, buffers included. Overlap is impossible: see `constraints.py`.

    A hold is a claim that expires, and `hold_id` says whose; released claims are deleted, the appointment keeps the
    history.
    """

    __tablename__ = "claims"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    resource_id: Mapped[UUID] = mapped_column(Uuid)
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    hold_id: Mapped[UUID | None] = mapped_column(Uuid)

    __table_args__ = (
        CheckConstraint("from_at < until_at", name="order"),
        Index("ix_claims_resource_from", "resource_id", "from_at", "until_at", "expires_at"),
        Index("ix_claims_hold", "hold_id", sqlite_where=text(HELD), postgresql_where=text(HELD)),
    )


class Booking(Base):
    """One patient's seat in an appointment. `sequence` rises with every change the calendar must hear of.

    `meeting_sealed`: which number is called, and where the patient will be (`meeting.py`). `price`: what the service
    cost when it was booked, in the smallest unit of its currency. `series_id` and `number`: it is one of several that
    were booked together for this patient; others in the same appointment have nothing to do with them.
    """

    __tablename__ = "bookings"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    seat: Mapped[int] = mapped_column(Integer, default=1)
    for_whom: Mapped[str] = mapped_column(String(16))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    means: Mapped[str] = mapped_column(String(8), default="video", server_default="video")
    meeting_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    price: Mapped[int | None] = mapped_column(Integer)
    currency: Mapped[str | None] = mapped_column(String(3))
    # No foreign key: to add one, SQLite would have to write this table anew, and others point at it.
    series_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    number: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("appointment_id", "seat"),)


class BookingLink(Base):
    """The hash of a token that opens one booking, as often as wanted, until it ends."""

    __tablename__ = "booking_links"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Cancellation(Base):
    """That a booking ended before its visit: who and when; after the deadline also why, in the patient's own words.
    `taken_id`: the booking that the patient took instead, of those that their page offered."""

    __tablename__ = "cancellations"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    late: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    taken_id: Mapped[UUID | None] = mapped_column(Uuid)


class Move(Base):
    """That a booking changed its time: from when to when, who and when. `alone`: one seat left a group, and nobody else
    went with it."""

    __tablename__ = "moves"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), index=True)
    from_starts_at: Mapped[datetime] = mapped_column(Instant)
    to_starts_at: Mapped[datetime] = mapped_column(Instant)
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    alone: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
