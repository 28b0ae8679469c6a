"""Rows about visits that were given to a colleague, or ended with words instead of a meeting."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitHandover(Base):
    """That a visit changed its therapist: from whom, to whom, by whom, and what the patient read with it.

    `time_moved` is false when the colleague was booked then: the time stayed claimed where it was.
    """

    __tablename__ = "visit_handovers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    from_id: Mapped[UUID] = mapped_column(Uuid)
    to_id: Mapped[UUID] = mapped_column(Uuid)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    time_moved: Mapped[bool] = mapped_column(Boolean)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class VisitDecline(Base):
    """That a wait was ended with words: when, by whom, which."""

    __tablename__ = "visit_declines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
