"""Rows of care relations: who keeps a record open, what a clinic shares, and every emergency access."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CareKeep(Base):
    """Append-only: that somebody keeps a record open, or no more; the newest counts."""

    __tablename__ = "care_keeps"
    __table_args__ = (Index("ix_care_keeps_patient_id", "patient_id", "staff_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    staff_id: Mapped[UUID] = mapped_column(Uuid)
    kept: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)


class CareSharing(Base):
    """Whether a clinic opens records to all of its therapists; the newest counts."""

    __tablename__ = "care_sharing"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    shared: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class GlassBreak(Base):
    """That somebody opened a record which is not theirs in an emergency: why, until when, and who ended it early."""

    __tablename__ = "glass_breaks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(Uuid)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)
