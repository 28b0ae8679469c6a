"""Rows of journals. An entry that is deleted is gone; only that its id was used once stays."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class JournalId(Base):
    """That an id was used. It outlives its entry, so that what a device sends again late brings nothing back.
    `gone_at`: when its patient deleted the entry, or said that it is not to come.
    """

    __tablename__ = "journal_ids"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), index=True)
    gone_at: Mapped[datetime | None] = mapped_column(Instant)


class JournalGone(Base):
    """That a patient deleted all of one kind, and when. It keeps a device that sends late from bringing back what was
    written before; nothing of what was written stays.
    """

    __tablename__ = "journal_gone"
    __table_args__ = (Index("ix_journal_gone_patient_id_kind_at", "patient_id", "kind", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)


class JournalEntry(Base):
    """One entry; its id is the browser's. What was chosen and what was written are sealed apart."""

    __tablename__ = "journal_entries"
    __table_args__ = (Index("ix_journal_entries_patient_id_kind_day", "patient_id", "kind", "day"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    kind: Mapped[str] = mapped_column(String(24))
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(Instant)
    zone: Mapped[str] = mapped_column(String(64))
    backdated: Mapped[bool] = mapped_column(Boolean)
    share: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class JournalSetting(Base):
    """How a patient uses one tool; the newest row counts."""

    __tablename__ = "journal_settings"
    __table_args__ = (Index("ix_journal_settings_patient_id_kind", "patient_id", "kind"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    kind: Mapped[str] = mapped_column(String(24))
    share: Mapped[str] = mapped_column(String(8))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
