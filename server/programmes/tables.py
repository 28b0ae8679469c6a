"""Rows of programmes: what a clinic gives, who is in a course, and what was done of it, which is only ever added to."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant

_GOING = text("ended_at IS NULL")


class ProgrammeVersion(Base):
    """A definition as a clinic used it, kept for ever: a course goes on by the one it began by. `value` is JSON."""

    __tablename__ = "programme_versions"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "digest"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeSetting(Base):
    """Which programmes a clinic gives; the newest counts."""

    __tablename__ = "programme_settings"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    value: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class Course(Base):
    """One patient in one programme. `turn` rises with whatever is written of it, so that who writes sees the others'
    writing; of the first `closed` sessions nothing is open any more.
    """

    __tablename__ = "courses"
    __table_args__ = (
        Index("ix_courses_going", "clinic_id", sqlite_where=_GOING, postgresql_where=_GOING),
        Index("ix_courses_patient_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_versions.id"))
    began_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    turn: Mapped[int] = mapped_column(Integer)
    closed: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class CourseEntry(Base):
    """A step that was done once: when, and what its answers came to; the answers are sealed."""

    __tablename__ = "course_entries"
    __table_args__ = (
        UniqueConstraint("course_id", "step", "session", "round"),
        Index("ix_course_entries_session", "course_id", "session"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    step: Mapped[str] = mapped_column(String(32))
    session: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str] = mapped_column(String(8))
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    written_at: Mapped[datetime] = mapped_column(Instant)


class CourseAdverse(Base):
    """An entry is an adverse event by the words of its definition, which reports count without opening an answer."""

    __tablename__ = "course_adverse"
    __table_args__ = (Index("ix_course_adverse_course_id", "course_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("course_entries.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))


class CourseAsk(Base):
    """An answer of an entry asks for another step of its session: the id of the question."""

    __tablename__ = "course_asks"
    __table_args__ = (UniqueConstraint("entry_id", "question"), Index("ix_course_asks_course_id", "course_id"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("course_entries.id"))
    question: Mapped[str] = mapped_column(String(32))


class CourseOverride(Base):
    """A person passed a gate. `seen`: what kept it shut, as [why, step, round]; their reason is sealed."""

    __tablename__ = "course_overrides"
    __table_args__ = (Index("ix_course_overrides_course_id", "course_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    gate: Mapped[str] = mapped_column(String(32))
    session: Mapped[int] = mapped_column(Integer)
    seen: Mapped[list[Any]] = mapped_column(JSON)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class CourseChange(Base):
    """A course was paused, goes on, was made longer, or ended; why is sealed."""

    __tablename__ = "course_changes"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    phase: Mapped[str] = mapped_column(String(32))
    sessions: Mapped[int] = mapped_column(Integer)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class CourseMeeting(Base):
    """What became of a meeting that is booked by itself after a session: a booking, or `why` not. The booking is of
    another feature and written after this row, in the same unit. Of a step that ends a session: that the words for the
    way home were sent to nobody.
    """

    __tablename__ = "course_meetings"
    __table_args__ = (UniqueConstraint("course_id", "step", "session"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    step: Mapped[str] = mapped_column(String(32))
    session: Mapped[int] = mapped_column(Integer)
    booking_id: Mapped[UUID | None] = mapped_column(Uuid)
    why: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)


class CourseExport(Base):
    """Somebody sent the file of a session to where it belongs, and noted on which day."""

    __tablename__ = "course_exports"
    __table_args__ = (UniqueConstraint("course_id", "export", "session"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    export: Mapped[str] = mapped_column(String(32))
    session: Mapped[int] = mapped_column(Integer)
    sent_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeTerm(Base):
    """How a clinic gives one programme; the newest counts. `service_id`: of the meetings after its sessions."""

    __tablename__ = "programme_terms"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    service_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeFooting(Base):
    """What a clinic says of a thing that one programme rests on: the last day of a rule, with its source and the days
    of warning, or who answers for it. The newest counts.
    """

    __tablename__ = "programme_footings"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "footing", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    footing: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    until: Mapped[date | None] = mapped_column(Date)
    warn: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(400))
    staff_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammePreset(Base):
    """A preset of a clinic's own, as it was written; the newest counts, the others stay readable. '' ends it."""

    __tablename__ = "programme_presets"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    value: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeFile(Base):
    """A definition that a clinic brought, as it was accepted, kept for ever; with '' no new course begins by that
    version from then on. `value` is JSON; `number` counts what was said of a programme from 1 on.
    """

    __tablename__ = "programme_files"
    __table_args__ = (UniqueConstraint("clinic_id", "key", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    version: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeFileReason(Base):
    """Why a definition was accepted that gives up something of Parlour's: the kinds that somebody read, with a blank
    between, and their reason. Who and when stands in the row of `programme_files` that it belongs to.
    """

    __tablename__ = "programme_file_reasons"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("programme_files.id"), primary_key=True)
    sorts: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)


class ProgrammeContact(Base):
    """Whom the card of an emergency calls, by one of its lines, as the clinic says it; the newest counts. Without a
    phone nothing is set.
    """

    __tablename__ = "programme_contacts"
    __table_args__ = (UniqueConstraint("clinic_id", "line", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    line: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)
    phone: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class CourseBooking(Base):
    """A booking that belongs to a course. Which session it is for follows from its time."""

    __tablename__ = "course_bookings"
    __table_args__ = (UniqueConstraint("booking_id"), Index("ix_course_bookings_course_id", "course_id"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    at: Mapped[datetime] = mapped_column(Instant)
