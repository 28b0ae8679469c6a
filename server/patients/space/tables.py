"""Rows of patients' own entries: whose a space is, by what it opens, where it is open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Space(Base):
    """One person's entry. Without a member it shows the bookings alone whose links its owner opened in it."""

    __tablename__ = "spaces"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)


class SpaceMember(Base):
    """That a space is a patient's, by a code that staff made; `helper_id`: of who acts for them and whose space it is.

    Of one patient there may be several where records became one.
    """

    __tablename__ = "space_members"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey("helpers.id"))
    code_id: Mapped[UUID] = mapped_column(ForeignKey("space_codes.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)


class SpaceBooking(Base):
    """A booking whose link the owner of a space opened in it, and said that it is theirs."""

    __tablename__ = "space_bookings"
    __table_args__ = (UniqueConstraint("space_id", "booking_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class SpaceKey(Base):
    """A passkey."""

    __tablename__ = "space_keys"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer)
    device: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SpaceLogin(Base):
    """A device on which a space is open: a random token whose hash stands here. `challenge` waits for a new passkey."""

    __tablename__ = "space_logins"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    own: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(8))
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SpaceCode(Base):
    """A code that staff handed over; it was seen once. `found_by`: its first signs, by which a try counts for it."""

    __tablename__ = "space_codes"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey("helpers.id"))
    found_by: Mapped[str] = mapped_column(String(3), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SpaceKnock(Base):
    """Somebody at the door, for some minutes: after the clinic's code, or asked for a passkey (`challenge`)."""

    __tablename__ = "space_knocks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("space_codes.id"), index=True)
    way: Mapped[str | None] = mapped_column(String(8))
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
