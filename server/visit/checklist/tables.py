"""Append-only rows of the start of a visit: changes of answers, signatures, changes of a clinic's list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitAnswer(Base):
    """One answer, waiver or decision; the newest of a line counts. What was said is sealed with the patient's key."""

    __tablename__ = "visit_answers"
    __table_args__ = (UniqueConstraint("visit_id", "line", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    line: Mapped[str] = mapped_column(String(24))
    number: Mapped[int] = mapped_column(Integer)
    how: Mapped[str] = mapped_column(String(16))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    list_version: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class VisitSigning(Base):
    """A signature under a visit, or that one was taken back and why; the newest counts."""

    __tablename__ = "visit_signings"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    answered: Mapped[int] = mapped_column(Integer)
    waived: Mapped[int] = mapped_column(Integer)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    list_version: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ChecklistSetting(Base):
    """What a clinic asks, allows and plans; the newest counts."""

    __tablename__ = "checklist_settings"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
