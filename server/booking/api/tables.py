"""Answers that were given under an Idempotency-Key, kept for a day so that a repeat hears the same."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ApiAnswer(Base):
    """`id` follows from the key and where it was sent, `print` from what was sent; no answer: it is being made."""

    __tablename__ = "api_answers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    print: Mapped[bytes] = mapped_column(LargeBinary(32))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
