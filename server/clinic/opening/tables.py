"""Rows of the clinic's opening hours; closures are leave of the whole clinic."""

from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class OpeningHours(Base):
    """Weekly hours of the clinic's door, in its wall time: weekday 0 = Monday, until at most 1440."""

    __tablename__ = "opening_hours"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    weekday: Mapped[int] = mapped_column(Integer)
    from_minute: Mapped[int] = mapped_column(Integer)
    until_minute: Mapped[int] = mapped_column(Integer)
