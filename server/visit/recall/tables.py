"""Rows of leaving and being called back: by which ways, and each call with who, when and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class VisitReach(Base):
    """What the patient agreed to when they left; the number is sealed with their key."""

    __tablename__ = "visit_reach"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    mail: Mapped[bool] = mapped_column(Boolean)
    sms: Mapped[bool] = mapped_column(Boolean)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    agreed_at: Mapped[datetime] = mapped_column(Instant)


class VisitRecall(Base):
    """One call back. `until_at` is fixed when it is made: a later change of the clinic's minutes moves nobody."""

    __tablename__ = "visit_recalls"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    ways: Mapped[list[Any]] = mapped_column(JSON)
    came_at: Mapped[datetime | None] = mapped_column(Instant)
