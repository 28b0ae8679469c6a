"""Rows of who may pass the gates of a family of programmes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ProgrammePassers(Base):
    """Whom a clinic names, by the ids of their accounts; the newest counts. Nobody: whoever treats the patient."""

    __tablename__ = "programme_passers"
    __table_args__ = (UniqueConstraint("clinic_id", "family", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    family: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    people: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
