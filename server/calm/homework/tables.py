"""Rows of exercises that a therapist offered for home."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CalmOffer(Base):
    """One exercise for one patient. Its id is made of both, so that two presses are one; put away, it is deleted."""

    __tablename__ = "calm_offers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    tool: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
