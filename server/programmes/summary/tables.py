"""Rows of summaries of courses for who else treats a patient, and of what was handed over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CourseSummary(Base):
    """A summary as it was on its day, for one recipient. `value_sealed` goes when the patient takes their agreement
    back; that there was one, and for whom, stays.
    """

    __tablename__ = "course_summaries"
    __table_args__ = (
        Index("ix_course_summaries_patient_id", "patient_id"),
        Index("ix_course_summaries_consent_id", "consent_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    consent_id: Mapped[UUID] = mapped_column(Uuid)
    recipient_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
    handed_by: Mapped[UUID | None] = mapped_column(Uuid)
    handed_at: Mapped[datetime | None] = mapped_column(Instant)
