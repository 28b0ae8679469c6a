"""Rows of the roster: who is on call when."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class RosterShift(Base):
    """A shift of every week (`weekday`, 0 is Monday) or of one date (`day`), in the clinic's wall time.

    Minutes above 1440 are of the next day. A date without a person: nobody is on call for what begins on it.
    """

    __tablename__ = "roster_shifts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    weekday: Mapped[int | None] = mapped_column(Integer)
    day: Mapped[date | None] = mapped_column(Date)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    from_minute: Mapped[int | None] = mapped_column(Integer)
    until_minute: Mapped[int | None] = mapped_column(Integer)
