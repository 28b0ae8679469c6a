"""Rows of 'I run late': how much, when, who said it, and who took it back when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class TherapistDelay(Base):
    """One word of a therapist about their own punctuality; the next one, or 'on time again', ends it."""

    __tablename__ = "therapist_delays"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    minutes: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)
