"""Rows of places in a group that are kept for a while."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class SeatHold(Base):
    """One place in an appointment that has others in it already, kept until it expires; expired ones are deleted by
    whoever takes a place."""

    __tablename__ = "seat_holds"

    hold_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
