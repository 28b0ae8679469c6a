"""Rows of single days on which a therapist's hours differ from the week."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class DatedHours(Base):
    """A stretch of hours on one date, in the clinic's wall time; a row without minutes: no hours on that date.
    `service_id`: for that service alone."""

    __tablename__ = "dated_hours"
    __table_args__ = (Index("ix_dated_hours_clinic_day", "clinic_id", "day"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(Uuid)
    day: Mapped[date] = mapped_column(Date)
    from_minute: Mapped[int | None] = mapped_column(Integer)
    until_minute: Mapped[int | None] = mapped_column(Integer)
