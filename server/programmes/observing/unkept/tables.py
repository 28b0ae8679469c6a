"""Rows of what was taken off a device and never kept as a reading."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CourseUnkept(Base):
    """Under the id that the device made. `said_sealed`: its answers and why it was taken off, as JSON."""

    __tablename__ = "course_unkept"
    __table_args__ = (Index("ix_course_unkept_course_id", "course_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    step: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(Instant)
    never: Mapped[str] = mapped_column(String(8))
    said_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    written_at: Mapped[datetime] = mapped_column(Instant)
