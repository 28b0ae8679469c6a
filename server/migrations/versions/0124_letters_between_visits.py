"""Letters between visits."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0124"
down_revision = "0128"


def upgrade() -> None:
    op.create_table(
        "letter_aways",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_aways_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_letter_aways_staff_id_staff")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["staff.id"], name=op.f("fk_letter_aways_stand_in_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_aways")),
    )
    op.create_index("ix_letter_aways_clinic_id", "letter_aways", ["clinic_id"])
    op.create_index("ix_letter_aways_stand_in_id", "letter_aways", ["stand_in_id"])

    op.create_table(
        "letter_paces",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_paces_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_letter_paces_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_letter_paces")),
    )
    op.create_index("ix_letter_paces_clinic_id", "letter_paces", ["clinic_id"])

    op.create_table(
        "letter_promises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_promises_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_promises")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_letter_promises_clinic_id")),
    )
    op.create_table(
        "letter_threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=8), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", Instant(timezone=True), nullable=False),
        sa.Column("last_at", Instant(timezone=True), nullable=False),
        sa.Column("waits_since", Instant(timezone=True), nullable=True),
        sa.Column("due_at", Instant(timezone=True), nullable=True),
        sa.Column("reminded_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["addressee_id"], ["staff.id"], name=op.f("fk_letter_threads_addressee_id_staff")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_threads_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_letter_threads_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_threads")),
    )
    op.create_index("ix_letter_threads_addressee_id", "letter_threads", ["addressee_id"])
    op.create_index("ix_letter_threads_patient_id", "letter_threads", ["patient_id", "last_at"])
    op.create_index("ix_letter_threads_waits", "letter_threads", ["clinic_id", "waits_since"])

    op.create_table(
        "letter_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("writer_id", sa.Uuid(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_drafts_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_letter_drafts_patient_id_patients")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["letter_threads.id"], name=op.f("fk_letter_drafts_thread_id_letter_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_drafts")),
    )
    op.create_index("ix_letter_drafts_patient_id", "letter_drafts", ["patient_id", "writer_id"])

    op.create_table(
        "letter_hand_overs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["letter_threads.id"], name=op.f("fk_letter_hand_overs_thread_id_letter_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_hand_overs")),
    )
    op.create_index("ix_letter_hand_overs_thread_id", "letter_hand_overs", ["thread_id"])

    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("by_kind", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", Instant(timezone=True), nullable=False),
        sa.Column("opened_at", Instant(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("kept_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letters_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_letters_patient_id_patients")),
        sa.ForeignKeyConstraint(["thread_id"], ["letter_threads.id"], name=op.f("fk_letters_thread_id_letter_threads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_patient_id", "letters", ["patient_id"])
    op.create_index("ix_letters_thread_id", "letters", ["thread_id", "sent_at"])

    op.create_table(
        "letter_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_letter_files_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_files_letter_id_letters")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_letter_files_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_files")),
    )
    op.create_index("ix_letter_files_letter_id", "letter_files", ["letter_id"])
    op.create_index("ix_letter_files_patient_id", "letter_files", ["patient_id"])
