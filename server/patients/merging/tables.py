"""Rows of records that were merged: where the old id leads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class PatientMerge(Base):
    """That one record became part of another: who and when. A record goes once, and never comes back."""

    __tablename__ = "patient_merges"

    gone_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
