"""Rows of the providers by which staff sign in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class SignOnRow(Base):
    """The provider of a clinic; its secret is sealed with the clinic's key."""

    __tablename__ = "sign_ons"

    clinic_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(String(60))
    does_factor: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
