"""Rows of the browsers that agreed to be knocked at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant

ONE_OWNER = (
    "CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN login_id IS NULL THEN 0 ELSE 1 END = 1"
)


class PushDevice(Base):
    """One browser of one owner; the id says which. It is sealed with the patient's key; with the clinic's for staff,
    and for a device on which a space is open, which may be a helper's.
    """

    __tablename__ = "push_devices"
    __table_args__ = (CheckConstraint(ONE_OWNER, name="one_owner"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"), index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    login_id: Mapped[UUID | None] = mapped_column(ForeignKey("space_logins.id"), index=True)
    subscription_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    agreed_at: Mapped[datetime] = mapped_column(Instant)
