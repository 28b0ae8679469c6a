"""Rows of alerts: the climb, each rung once, and the times in which its clock stood still."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant

_OPEN = text("closed_at IS NULL")


class Alert(Base):
    """One climb of a ladder. `next_due_at` says when the loop looks again; of one subject one alert is open."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("uq_alerts_open", "kind", "subject_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_alerts_due", "next_due_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(Instant)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    next_due_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_why: Mapped[str | None] = mapped_column(String(24))
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)


class AlertRung(Base):
    """A rung that was fired: the row stands in the transaction that queues its messages."""

    __tablename__ = "alert_rungs"
    __table_args__ = (UniqueConstraint("alert_id", "rung"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    rung: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)


class AlertSpan(Base):
    """When the clock stood still and why; `quiet` is a person's answer."""

    __tablename__ = "alert_spans"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    why: Mapped[str] = mapped_column(String(8))
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)


class AlertStep(Base):
    """What a clinic set for a rung of one kind of alert; what has no row is as it comes with the program."""

    __tablename__ = "alert_steps"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    rung: Mapped[str] = mapped_column(String(16), primary_key=True)
    after_seconds: Mapped[int] = mapped_column(Integer)
    in_use: Mapped[bool] = mapped_column(Boolean)
