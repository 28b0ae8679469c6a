"""Rows of times that were kept for somebody who wrote. They are forgotten after a day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Hold(Base):
    """One time, kept for one form until it expires or ends: a claim with `hold_id` = `form_id` takes it.

    `address`: a keyed hash of the network address, by which holds are counted and nothing else is known.
    """

    __tablename__ = "holds"
    __table_args__ = (
        Index("ix_holds_clinic_made", "clinic_id", "made_at"),
        Index("ix_holds_form", "form_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    form_id: Mapped[UUID] = mapped_column(Uuid)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    address: Mapped[bytes] = mapped_column(LargeBinary(16))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
