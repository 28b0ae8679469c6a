"""Rows of who acts for whom. None is ever changed: a later one stands above it, or an end is noted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Helper(Base):
    """Somebody who acts for a patient; who they are is sealed with the patient's key. `added_by` nobody: they said so
    when they booked. The indexes are those of patients (`patients/store.py`)."""

    __tablename__ = "helpers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    person_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mail_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[UUID | None] = mapped_column(Uuid)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[UUID | None] = mapped_column(Uuid)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)


class Arrangement(Base):
    """What holds for a patient from then on. `over`: the row it stands above, for the first one the patient; each has
    one above it, so that of two who change the same one is first."""

    __tablename__ = "arrangements"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    over: Mapped[UUID] = mapped_column(Uuid, unique=True)
    born_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    told: Mapped[str | None] = mapped_column(String(8))
    confidential: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)


class ActingRule(Base):
    """What a clinic chose from then on; the highest number counts."""

    __tablename__ = "acting_rules"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    consent_age: Mapped[int | None] = mapped_column(Integer)
    young: Mapped[str] = mapped_column(String(8))
    grown: Mapped[str] = mapped_column(String(8))
    books: Mapped[str] = mapped_column(String(32))
    confirmed_by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
