"""By which ways somebody of the clinic wants to be called when they do not look at the page."""

from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class StaffReach(Base):
    """Without a row it is mail alone. The number is sealed with the clinic's key."""

    __tablename__ = "staff_reach"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    mail: Mapped[bool] = mapped_column(Boolean)
    sms: Mapped[bool] = mapped_column(Boolean)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
