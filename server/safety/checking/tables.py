"""Rows of who called a helpline and when: every check stays, the newest counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class HelplineCheck(Base):
    """Somebody of a clinic tried a number of the crisis directory; an empty one: a country's emergency numbers."""

    __tablename__ = "helpline_checks"
    __table_args__ = (Index("ix_helpline_checks_clinic", "clinic_id", "country"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(40))
    answers: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
