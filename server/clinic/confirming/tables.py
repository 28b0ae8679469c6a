"""Rows of what clinicians confirmed; rows are only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ClinicalConfirmation(Base):
    """One word on one version of a topic: `yes`, or what was said before is taken back. `number` counts from 1."""

    __tablename__ = "clinical_confirmations"
    __table_args__ = (UniqueConstraint("clinic_id", "topic", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    topic: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)
    yes: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Instant)
