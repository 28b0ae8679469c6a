"""Rows of letters: threads, what was written in them, what hangs on it, and what was promised."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class LetterThread(Base):
    """One thing that a patient and the clinic write about. `addressee_id` is NULL while it is the front desk's.

    `waits_since` and `due_at` stand while a letter of the patient has no answer; `reminded_at`: of this one.
    """

    __tablename__ = "letter_threads"
    __table_args__ = (
        Index("ix_letter_threads_patient_id", "patient_id", "last_at"),
        Index("ix_letter_threads_waits", "clinic_id", "waits_since"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    topic: Mapped[str] = mapped_column(String(8))
    addressee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    waits_since: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)


class Letter(Base):
    """What somebody sent. `by_id`: the member of staff, or who acts for the patient. `opened_by`: who of the clinic."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_thread_id", "thread_id", "sent_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("letter_threads.id"))
    by_kind: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_by: Mapped[UUID | None] = mapped_column(Uuid)
    kept_at: Mapped[datetime | None] = mapped_column(Instant)


class LetterFile(Base):
    """A file that came with a letter: sealed with a key of its own, and that key with the patient's."""

    __tablename__ = "letter_files"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"), index=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)


class LetterDraft(Base):
    """What somebody has begun to write; its id is that of the letter to come. Sent or emptied, the row is deleted.

    `writer_id` names whose draft it is: the member of staff, or whom the patient's space is of.
    """

    __tablename__ = "letter_drafts"
    __table_args__ = (Index("ix_letter_drafts_patient_id", "patient_id", "writer_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter_threads.id"))
    writer_id: Mapped[UUID] = mapped_column(Uuid)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)


class LetterHandOver(Base):
    """Append-only: that a thread went from one to another; NULL is the front desk."""

    __tablename__ = "letter_hand_overs"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("letter_threads.id"), index=True)
    from_id: Mapped[UUID | None] = mapped_column(Uuid)
    to_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class LetterPromise(Base):
    """Append-only: whether a clinic takes letters, and within how many working days it answers; the newest counts."""

    __tablename__ = "letter_promises"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    is_open: Mapped[bool] = mapped_column(Boolean)
    days: Mapped[int] = mapped_column(Integer)
    receipts: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)


class LetterPace(Base):
    """Within how many working days one therapist answers, where that is another number than the clinic's."""

    __tablename__ = "letter_paces"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    days: Mapped[int] = mapped_column(Integer)


class LetterAway(Base):
    """Somebody does not answer letters on these days of the clinic's clock; `stand_in_id` does meanwhile."""

    __tablename__ = "letter_aways"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    stand_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
