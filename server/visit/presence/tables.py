"""Rows about therapists as those who wait see them: the last sign of their page, and when they said they step away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class TherapistSign(Base):
    """When a page of this therapist was last in front of them; locked while their state changes."""

    __tablename__ = "therapist_signs"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    heard_at: Mapped[datetime | None] = mapped_column(Instant)


class TherapistAbsence(Base):
    """That a therapist said 'I step away': from when, until when, and who said either."""

    __tablename__ = "therapist_absences"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    back_at: Mapped[datetime | None] = mapped_column(Instant)
    back_by: Mapped[UUID | None] = mapped_column(Uuid)
