"""Rows of licences. A row is never changed: what is taken off the list keeps who took it off and when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Licence(Base):
    """Where a member of staff may treat; `expires` is the last day, none for a licence without an end."""

    __tablename__ = "licences"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(60))
    expires: Mapped[date | None] = mapped_column(Date)
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[UUID | None] = mapped_column(Uuid)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_by: Mapped[UUID | None] = mapped_column(Uuid)

    __table_args__ = (Index("ix_licences_clinic_staff", "clinic_id", "staff_id"),)
