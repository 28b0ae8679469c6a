"""Rows of files that a clinic brings in: what was sent, how it is read, and what each line of it became."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Import(Base):
    """One file. Name, table and choices are sealed with the clinic's key; table and choices go when it is brought in,
    forgotten or a day old.

    `digest`: a keyed one of its bytes, so that one file comes in once; none once it was undone or forgotten.
    `counts`: lines of each verdict when it was started.
    """

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("clinic_id", "digest"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    made_by: Mapped[UUID] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(Instant)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    table_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    choices_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    telling: Mapped[str] = mapped_column(String(16), default="nothing")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportLine(Base):
    """What one line became. `patient_new`: their record came with it; `quiet`: nobody was to hear of its booking."""

    __tablename__ = "import_lines"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patients.id"), index=True)
    patient_new: Mapped[bool] = mapped_column(Boolean)
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    quiet: Mapped[bool] = mapped_column(Boolean)
    undone: Mapped[str | None] = mapped_column(String(16))
