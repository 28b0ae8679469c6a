"""Rows of the origins whose pages may show a clinic's booking."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class EmbedOrigin(Base):
    """One origin of one clinic, exactly as a browser writes it, and who let it in."""

    __tablename__ = "embed_origins"
    __table_args__ = (UniqueConstraint("clinic_id", "origin"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    origin: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
