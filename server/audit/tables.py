"""Rows of the audit: entries as they happen, and the chain that seals them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class AuditEntry(Base):
    """Who saw or changed what. Ids only: names would make erasing a person break the chain."""

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditSeal(Base):
    """The place of an entry in its clinic's chain: hash(n) = SHA-256(hash(n-1) | canonical entry)."""

    __tablename__ = "audit_seals"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entries.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
