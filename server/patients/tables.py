"""Rows of the people cared for; everything they or others wrote about them is sealed with their own key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Patient(Base):
    """A person. The indexes of contacts find equal ones in one clinic; equality is a hint, never a proof.

    `name_index`: see `finding.py`; NULL where the name was written before there was one, empty for a merged record.
    """

    __tablename__ = "patients"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mail_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    needs_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    arrival_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Consent(Base):
    """Append-only: who agreed to which version of what, and when."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(32))
    given_by: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)
