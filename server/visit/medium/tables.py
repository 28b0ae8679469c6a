"""Rows of how people met in a visit, and of the calls that were tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitMedium(Base):
    """Somebody chose another medium; the newest number is what holds. A visit without a row is by video."""

    __tablename__ = "visit_mediums"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    number: Mapped[int] = mapped_column(Integer)
    medium: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID] = mapped_column(Uuid)


class PhoneTry(Base):
    """A call to the patient: who tried when, which kind of number, and what became of it."""

    __tablename__ = "visit_phone_tries"
    __table_args__ = (Index("ix_visit_phone_tries_visit_at", "visit_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    number_kind: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(16))
