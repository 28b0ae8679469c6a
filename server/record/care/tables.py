"""Append-only rows of what is known of a patient's care; of an entry the highest number counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CareEntry(Base):
    """One writing of an entry: what it says is sealed whole, dose and dates and codes too."""

    __tablename__ = "care_entries"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    struck: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
