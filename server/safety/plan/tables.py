"""Rows of safety plans: each writing of a step, and what was chosen about the plan; of both the newest counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class PlanWriting(Base):
    """A step as somebody wrote it. `book` is the id that the patient had when it was begun: records may be merged."""

    __tablename__ = "plan_writings"
    __table_args__ = (UniqueConstraint("book", "step", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    book: Mapped[UUID] = mapped_column(Uuid)
    step: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    door: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class PlanChoice(Base):
    """One thing chosen about a plan: who reads it, when to look at it again, for which country its numbers are."""

    __tablename__ = "plan_choices"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(16))
    door: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
