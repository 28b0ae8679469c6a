"""Rows of what a clinic set for those who wait, and of what somebody who waited long asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class WaitingRule(Base):
    """A clinic's choices; without a row it is as the program comes."""

    __tablename__ = "waiting_rules"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    whom: Mapped[str] = mapped_column(String(16))
    offers: Mapped[list[Any]] = mapped_column(JSON)
    tells: Mapped[bool] = mapped_column(Boolean)
    back_minutes: Mapped[int] = mapped_column(Integer)
    push: Mapped[bool] = mapped_column(Boolean)


class VisitWish(Base):
    """Somebody who waited long asked for another way; a person of the clinic answers it."""

    __tablename__ = "visit_wishes"
    __table_args__ = (UniqueConstraint("visit_id", "kind"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(Uuid)
