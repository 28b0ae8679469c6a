"""Rows of rooms and equipment. Their taken time is in `claims`, beside that of therapists."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class ResourceKind(Base):
    """A word of the clinic for what sessions need: a room, a chair, a coil. Services name kinds in `services.needs`."""

    __tablename__ = "resource_kinds"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    word: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer)


class Resource(Base):
    """One unit of a kind. Its id is the `resource_id` of its claims, so that it is never deleted."""

    __tablename__ = "resources"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    kind_id: Mapped[UUID] = mapped_column(ForeignKey("resource_kinds.id"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    serial: Mapped[str] = mapped_column(String(120), server_default="")


class ResourceClosure(Base):
    """Time in which a unit cannot be used."""

    __tablename__ = "resource_closures"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resources.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
