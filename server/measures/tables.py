"""Rows of measures: what a clinic asks, who was asked, and append-only answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant

_UNSEEN = text("seen_at IS NULL")
_COUNTS = text("NOT overtaken")
_OPEN = text("booking_id IS NULL AND finished_at IS NULL AND withdrawn_at IS NULL")
_LOOSE = text("booking_id IS NOT NULL AND asked_for IS NOT NULL AND begun_at IS NULL AND finished_at IS NULL")


class MeasureVersion(Base):
    """A measure as data, kept for ever once it was used: old answers are read by what they were given to."""

    __tablename__ = "measure_versions"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "digest"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    own: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)


class MeasureSetting(Base):
    """What a clinic asks and when; the newest counts."""

    __tablename__ = "measure_settings"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    value: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)


class Measure(Base):
    """A measure that one patient was asked once. `asked_by` is empty where a rule asked, `entered_by` where the patient
    answers themselves. `asked_for`: for what it is asked, a row of another feature, of which nothing is known here;
    without a booking it is asked of the patient alone. `withdrawn_at`: it is not wanted any more.
    `week`: the Monday of what is asked of them alone every week; `asked_for` is who they were then.
    `totalled_at`: when the last question that its total is made of was answered, whatever else is open.
    """

    __tablename__ = "measures"
    __table_args__ = (
        UniqueConstraint("booking_id", "key"),
        Index("ix_measures_patient_id", "patient_id"),
        Index("uq_measures_week", "asked_for", "key", "week", unique=True),
        Index("ix_measures_alone", "asked_for", "key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_measures_loose", "clinic_id", sqlite_where=_LOOSE, postgresql_where=_LOOSE),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("measure_versions.id"))
    key: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[UUID | None] = mapped_column(Uuid)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    entered_by: Mapped[UUID | None] = mapped_column(Uuid)
    asked_for: Mapped[UUID | None] = mapped_column(Uuid)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    totalled_at: Mapped[datetime | None] = mapped_column(Instant)
    week: Mapped[date | None] = mapped_column(Date)


class MeasureAnswer(Base):
    """One answer to one item; of an item the one given last counts. Numbers come from whoever answers, and for what
    waited on a device from here. `at`: when it was given, which may be long before it came. `overtaken`: another page
    was faster; it does not count, and is kept for what it says of danger. `came_at`: of one that waited on a device.
    `version_id`: of one to another version than its measure was begun with, and never one that counts.
    """

    __tablename__ = "measure_answers"
    __table_args__ = (
        Index(
            "uq_measure_answers_number",
            "measure_id",
            "item",
            "number",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measures.id"))
    item: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
    overtaken: Mapped[bool] = mapped_column(Boolean, server_default=false())
    came_at: Mapped[datetime | None] = mapped_column(Instant)
    version_id: Mapped[UUID | None] = mapped_column(Uuid)


class MeasureFlag(Base):
    """An answer that matters by itself, from the moment it was given; another answer does not take it back. `answer_id`
    is empty of some that were raised before every such answer was kept. `booking_id`: by the page of which booking;
    None in the patient's own space.
    """

    __tablename__ = "measure_flags"
    __table_args__ = (
        Index("ix_measure_flags_measure_id", "measure_id"),
        Index("ix_measure_flags_unseen", "clinic_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measures.id"))
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("measure_answers.id"), unique=True)
    booking_id: Mapped[UUID | None] = mapped_column(Uuid)
    item: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    weight: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_by: Mapped[UUID | None] = mapped_column(Uuid)


class MeasureStop(Base):
    """Append-only: that a measure is asked of one patient by the week no more, or again; the newest counts."""

    __tablename__ = "measure_stops"
    __table_args__ = (Index("ix_measure_stops_patient_id", "patient_id", "key"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    key: Mapped[str] = mapped_column(String(32))
    stopped: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
