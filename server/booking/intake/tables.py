"""Rows of answers that patients gave before a visit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class IntakeAnswers(Base):
    """What somebody answered for one booking, sealed with their key, to the version of the questions that they saw.

    Without `done_at` they are half way. `revision` rises with each time it is kept.
    """

    __tablename__ = "intake_answers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), unique=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    form_id: Mapped[UUID] = mapped_column(ForeignKey("intake_forms.id"))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(Integer)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
