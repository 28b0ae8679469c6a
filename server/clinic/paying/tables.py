"""Rows of what a clinic's payment needs beside its rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class PaymentSettings(Base):
    """What stands on a clinic's invoices, and its keys at Stripe, sealed with the clinic's own key.

    `said`: the same words in other languages. `account`: the beginning and the end of the secret key, by which its
    owner knows it.
    """

    __tablename__ = "payment_settings"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    account: Mapped[str] = mapped_column(String(24), default="", server_default="")
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    hook_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)


class PaymentKeysBefore(Base):
    """Keys that a clinic took back or changed, sealed as they were, until what was begun with them is over."""

    __tablename__ = "payment_keys_before"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hook_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime] = mapped_column(Instant)
