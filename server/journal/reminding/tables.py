"""Rows of reminders to write about the day: what a patient chose, and what became of each."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class MoodReminder(Base):
    """How one patient is reminded; of two after a merge the newest counts. Times in minutes after midnight of `zone`.

    `number` rises with every change: what was planned by an older one is void. `stopped_at`: it stopped by itself.
    """

    __tablename__ = "mood_reminders"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    wanted: Mapped[bool] = mapped_column(Boolean)
    at_minute: Mapped[int] = mapped_column(SmallInteger)
    random: Mapped[int] = mapped_column(SmallInteger)
    quiet_from: Mapped[int] = mapped_column(SmallInteger)
    quiet_until: Mapped[int] = mapped_column(SmallInteger)
    zone: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)


class MoodPrompt(Base):
    """One reminder when its moment came: the row keeps all nodes but one from sending it. `times`: it left; `told`: of
    so many of these it is settled whether a device took it or a mail goes instead; `took`: of so many a device did.
    `went`: how often it truly left for a device, a mailbox or a phone; one that never did asks nobody.
    """

    __tablename__ = "mood_prompts"
    __table_args__ = (
        UniqueConstraint("reminder_id", "number", "day", "place"),
        Index("ix_mood_prompts_patient_id_at", "patient_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    reminder_id: Mapped[UUID] = mapped_column(ForeignKey("mood_reminders.id"))
    number: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    place: Mapped[int] = mapped_column(SmallInteger)
    fate: Mapped[str] = mapped_column(String(8))
    times: Mapped[int] = mapped_column(SmallInteger)
    told: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    took: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    went: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    later_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
