"""What is written in records; signed, it stays as it is."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant
from server.record.guards import every

revision = "0087"
down_revision = "0083"


def upgrade() -> None:
    op.create_table(
        "note_formats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_note_formats_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_formats")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_note_formats_clinic_id")),
    )
    op.create_table(
        "record_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shape", sa.JSON(), nullable=False),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("signed_at", Instant(timezone=True), nullable=True),
        sa.Column("salt_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_record_notes_booking_id_bookings")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_record_notes_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_record_notes_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_notes")),
        sa.UniqueConstraint("booking_id", "author_id", "kind", name=op.f("uq_record_notes_booking_id")),
    )
    op.create_index(op.f("ix_record_notes_patient_id"), "record_notes", ["patient_id"])
    op.create_table(
        "record_addenda",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_record_addenda_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["note_id"], ["record_notes.id"], name=op.f("fk_record_addenda_note_id_record_notes")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_record_addenda_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_addenda")),
        sa.UniqueConstraint("note_id", "number", name=op.f("uq_record_addenda_note_id")),
    )
    op.create_table(
        "record_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_record_parts_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["note_id"], ["record_notes.id"], name=op.f("fk_record_parts_note_id_record_notes")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_record_parts_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_parts")),
        sa.UniqueConstraint("note_id", "section", name=op.f("uq_record_parts_note_id")),
    )
    for statement in every(op.get_bind().dialect.name, ("record_notes", "record_parts", "record_addenda")):
        op.execute(statement)
