"""Rows of the other calendars that therapists keep, each with the taken time last read from it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class OtherCalendar(Base):
    """A calendar elsewhere. `access_sealed` says where it is and how to get in, sealed with the clinic's key.

    `busy`: JSON of [from, until] in whole seconds since 1970, merged, rising; titles are never kept. `seen` is the
    digest of what it was made from. A reading holds the row until `leased_until`. `writes`: bookings are written there.
    `later`: the same from `later_from` on, apart, since only who plans far ahead asks for it. `read_until`: how far it
    is known; None: not at all.
    """

    __tablename__ = "other_calendars"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(8))
    access_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    whole_days: Mapped[bool] = mapped_column(Boolean)
    writes: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    busy: Mapped[str] = mapped_column(Text, default="[]")
    later: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    later_from: Mapped[datetime | None] = mapped_column(Instant)
    read_until: Mapped[datetime | None] = mapped_column(Instant)
    seen: Mapped[str] = mapped_column(String(64), default="")
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_since: Mapped[datetime | None] = mapped_column(Instant)
    trouble: Mapped[str] = mapped_column(String(16), default="")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_other_calendars_clinic", "clinic_id", "paused_at"),
        Index("ix_other_calendars_due", "due_at"),
    )
