"""Rows of what a waiting patient and the clinic write to each other; kept with the visit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitLine(Base):
    """One line, sealed with the patient's key: who wrote it when, and who of the other side read it first."""

    __tablename__ = "visit_lines"
    __table_args__ = (Index("ix_visit_lines_visit_at", "visit_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID] = mapped_column(Uuid)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    read_by: Mapped[UUID | None] = mapped_column(Uuid)
