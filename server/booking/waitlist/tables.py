"""Rows of who waits for a time, and of the times that were offered to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Wait(Base):
    """Somebody on the list; who that is stands sealed with the patient. `days`: weekdays as digits, Monday is 0;
    `parts`: of the day, between spaces; both on the clock of `zone`. `offer_id`: what is offered to them now.
    `means`, `for_whom` and `meeting_sealed` become those of the booking."""

    __tablename__ = "waits"
    __table_args__ = (Index("ix_waits_clinic_open", "clinic_id", "ended_at", "made_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    therapist_id: Mapped[UUID | None] = mapped_column(ForeignKey("therapists.staff_id"))
    zone: Mapped[str] = mapped_column(String(64))
    days: Mapped[str] = mapped_column(String(7))
    parts: Mapped[str] = mapped_column(String(40))
    last_day: Mapped[date | None] = mapped_column(Date)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    contact: Mapped[bytes] = mapped_column(LargeBinary(16))
    means: Mapped[str | None] = mapped_column(String(16))
    for_whom: Mapped[str] = mapped_column(String(16), default="me", server_default="me")
    meeting_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
    offer_id: Mapped[UUID | None] = mapped_column(Uuid)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[str | None] = mapped_column(String(16))


class WaitLook(Base):
    """When the clock last made somebody look at a clinic's list: of two nodes that would, one changes it."""

    __tablename__ = "wait_looks"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class WaitOffer(Base):
    """A time that was offered to somebody who waits; a hold of the same id keeps it."""

    __tablename__ = "wait_offers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    wait_id: Mapped[UUID] = mapped_column(ForeignKey("waits.id"), index=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[str | None] = mapped_column(String(16))
