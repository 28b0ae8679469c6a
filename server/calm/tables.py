"""Rows of exercises that a patient did, in their own space."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CalmTime(Base):
    """One exercise, as long as it was done. The id is the browser's, so that what is sent twice is one.

    Calm and mood, 0 to 10, before and after a meditation; None where nothing was said.
    """

    __tablename__ = "calm_times"
    __table_args__ = (Index("ix_calm_times_patient_id_at", "patient_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    exercise: Mapped[str] = mapped_column(String(32))
    seconds: Mapped[int] = mapped_column(Integer)
    times: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    calm_before: Mapped[int | None] = mapped_column(SmallInteger)
    calm_after: Mapped[int | None] = mapped_column(SmallInteger)
    mood_before: Mapped[int | None] = mapped_column(SmallInteger)
    mood_after: Mapped[int | None] = mapped_column(SmallInteger)


class CalmGone(Base):
    """That something was deleted: the id of each exercise, and one row more for the moment itself. Nothing of what was
    done stays; these keep a device that sends late from bringing it back.
    """

    __tablename__ = "calm_gone"
    __table_args__ = (Index("ix_calm_gone_patient_id_at", "patient_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    at: Mapped[datetime] = mapped_column(Instant)
