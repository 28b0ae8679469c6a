"""Rows of a clinic's own questions, and of who put one aside for a patient."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ClinicPrompt(Base):
    """One writing of a question; of each the highest number counts, and `gone` says that it is asked no more."""

    __tablename__ = "clinic_prompts"
    __table_args__ = (UniqueConstraint("prompt_id", "number"), Index("ix_clinic_prompts_clinic_id", "clinic_id"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    prompt_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    gone: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class PromptDismissal(Base):
    """A question was put aside for a patient. `facts`: a keyed digest of what it was asked by; the reason is sealed."""

    __tablename__ = "prompt_dismissals"
    __table_args__ = (UniqueConstraint("patient_id", "prompt_id", "facts"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    prompt_id: Mapped[UUID] = mapped_column(Uuid)
    facts: Mapped[str] = mapped_column(String(64))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
