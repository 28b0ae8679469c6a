"""Rows of clinics, their therapists, services, hours and leave."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Clinic(Base):
    """A clinic, its words and its policies. Minutes and days are whole numbers."""

    __tablename__ = "clinics"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(2), default="")
    colour: Mapped[str] = mapped_column(String(7))
    palette: Mapped[dict[str, Any]] = mapped_column(JSON)
    phone: Mapped[str] = mapped_column(String(40))
    sender_name: Mapped[str] = mapped_column(String(120))
    notice_minutes: Mapped[int] = mapped_column(Integer)
    horizon_days: Mapped[int] = mapped_column(Integer)
    step_minutes: Mapped[int] = mapped_column(Integer)
    change_until_minutes: Mapped[int] = mapped_column(Integer)
    opens_minutes: Mapped[int] = mapped_column(Integer)
    waiting_text: Mapped[str] = mapped_column(Text)
    after_text: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(String(32))
    consent_text: Mapped[str] = mapped_column(Text)
    position: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    made_at: Mapped[datetime] = mapped_column(Instant)
    relay_only: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    time_left: Mapped[str] = mapped_column(String(20), default="10,5", server_default="10,5")
    tells_time_left: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column(Integer, default=1)
    region: Mapped[str] = mapped_column(String(8), default="", server_default="")
    closes_on_holidays: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    works_on: Mapped[str] = mapped_column(Text, default="", server_default="")
    hold_minutes: Mapped[int] = mapped_column(Integer, default=10, server_default="10")
    answer_hours: Mapped[int] = mapped_column(Integer, default=24, server_default="24")
    late_cancel: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    late_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    discreet: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    offer_minutes: Mapped[int] = mapped_column(Integer, default=120, server_default="120")
    offer_lapses: Mapped[int] = mapped_column(Integer, default=3, server_default="3")
    address: Mapped[str] = mapped_column(String(200), default="", server_default="")
    anyone: Mapped[str] = mapped_column(String(8), default="idle", server_default="idle")
    acting: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    acts_for: Mapped[str] = mapped_column(String(32), default="", server_default="")
    has_places: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    silent: Mapped[str] = mapped_column(Text, default="", server_default="")
    asks_place: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    only_listed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    welcome_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    languages: Mapped[str] = mapped_column(String(80), default="", server_default="")
    listed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    mark: Mapped[str] = mapped_column(String(16), default="", server_default="")
    mark_wide: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    paying: Mapped[str] = mapped_column(String(60), default="", server_default="")
    exit_to: Mapped[str] = mapped_column(String(200), default="", server_default="")
    written: Mapped[str] = mapped_column(String(8), default="", server_default="")
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Therapist(Base):
    """A member of staff who can be booked, as the public pages show them."""

    __tablename__ = "therapists"
    __table_args__ = (UniqueConstraint("clinic_id", "slug"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer)
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    most_a_day: Mapped[int | None] = mapped_column(Integer)
    most_a_week: Mapped[int | None] = mapped_column(Integer)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ConsentText(Base):
    """What the clinic asked people to agree to when they book, version by version; rows are only ever added."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("clinic_id", "version"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    version: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Service(Base):
    """A bookable kind of session; buffers are kept free around it."""

    __tablename__ = "services"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int] = mapped_column(Integer)
    buffer_before: Mapped[int] = mapped_column(Integer)
    buffer_after: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer, default=1)
    public: Mapped[bool] = mapped_column(Boolean)
    team: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    position: Mapped[int] = mapped_column(Integer)
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    needs: Mapped[str] = mapped_column(Text, default="", server_default="")
    asks: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    change_until_minutes: Mapped[int | None] = mapped_column(Integer)
    shows_places: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    all_dates: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    means: Mapped[str] = mapped_column(String(24), default="video", server_default="video")
    # No foreign key: the questions point at their service already, and SQLite would have to write this table anew.
    intake_id: Mapped[UUID | None] = mapped_column(Uuid)
    price: Mapped[int | None] = mapped_column(Integer)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ServiceTherapist(Base):
    """Who offers what."""

    __tablename__ = "service_therapists"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"), primary_key=True)


class Hours(Base):
    """Weekly hours in the clinic's wall time: weekday 0 = Monday, minutes after midnight, until at most 1440.

    With a service they hold for it alone, in place of the hours without one.
    """

    __tablename__ = "hours"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapist_id: Mapped[UUID] = mapped_column(ForeignKey("therapists.staff_id"), index=True)
    weekday: Mapped[int] = mapped_column(Integer)
    from_minute: Mapped[int] = mapped_column(Integer)
    until_minute: Mapped[int] = mapped_column(Integer)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("services.id"))


class Leave(Base):
    """Time off; without a therapist the whole clinic is closed."""

    __tablename__ = "leave"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    therapist_id: Mapped[UUID | None] = mapped_column(ForeignKey("therapists.staff_id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
