"""Rows of a clinic's recordings. They are published to everybody who opens the exercises, so nothing is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class CalmRecording(Base):
    """One part of a session, read by somebody of the clinic. A new one of the same part takes the place of the old."""

    __tablename__ = "calm_recordings"
    __table_args__ = (UniqueConstraint("clinic_id", "session", "language", "part"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    session: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    part: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
