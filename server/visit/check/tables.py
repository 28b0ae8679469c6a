"""Rows of the check before a session."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitCheck(Base):
    """One check that a patient made: the verdict as it was then, and the figures it came from."""

    __tablename__ = "visit_checks"
    __table_args__ = (Index("ix_visit_checks_visit_at", "visit_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    sound: Mapped[str] = mapped_column(String(8))
    video: Mapped[str] = mapped_column(String(8))
    network: Mapped[str] = mapped_column(String(8))
    advice: Mapped[str] = mapped_column(String(24))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
