"""Rows of reminders: what a clinic set, what became of each, how it went out, and who confirmed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ReminderRule(Base):
    """What one clinic chose. `before`: minutes before the start, '2880,120'; quiet hours in minutes after midnight."""

    __tablename__ = "reminder_rules"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    before: Mapped[str] = mapped_column(String(60))
    quiet_from: Mapped[int] = mapped_column(Integer)
    quiet_until: Mapped[int] = mapped_column(Integer)
    by_sms: Mapped[bool] = mapped_column(Boolean)
    by_push: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sms_beside: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ServiceReminders(Base):
    """What one service has in place of the clinic's `before`; an empty one: it reminds nobody."""

    __tablename__ = "service_reminders"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    before: Mapped[str] = mapped_column(String(60))


class Reminder(Base):
    """One reminder of one start, settled when its moment came: the row keeps every node but one from sending it."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("booking_id", "starts_at", "before_minutes"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    before_minutes: Mapped[int] = mapped_column(Integer)
    fate: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)


class ReminderSend(Base):
    """That a reminder left, and by which way."""

    __tablename__ = "reminder_sends"

    reminder_id: Mapped[UUID] = mapped_column(ForeignKey("reminders.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Confirmation(Base):
    """That the patient said they will come to this start."""

    __tablename__ = "confirmations"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
