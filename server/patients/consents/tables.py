"""Append-only: which person gave an agreement, and that one was taken back, by whom and when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ConsentWithdrawal(Base):
    __tablename__ = "consent_withdrawals"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), unique=True)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ConsentGiver(Base):
    """Which person gave an agreement, where that is known: the patient, or one of those who act for them."""

    __tablename__ = "consent_givers"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(Uuid)
