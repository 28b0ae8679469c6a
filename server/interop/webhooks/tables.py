"""Rows of webhooks: whom a clinic wants told of what, and every message with what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Webhook(Base):
    """`events` as words with spaces between; the secret is sealed with the clinic's key; `ended_at`: told no more."""

    __tablename__ = "webhooks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(200))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)


class WebhookMessage(Base):
    """One thing told to one address. `cause` is the job that it came of: told once, however often that runs."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        UniqueConstraint("webhook_id", "cause"),
        Index("ix_webhook_messages_clinic", "clinic_id", "state", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    cause: Mapped[UUID] = mapped_column(Uuid)
    event: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    why: Mapped[str] = mapped_column(String(32), default="")
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
