"""Summaries of courses for who else treats a patient, and to whom they were handed over."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0214"
down_revision = "0210"


def upgrade() -> None:
    op.create_table(
        "course_summaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=True),
        sa.Column("handed_at", server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_summaries_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_course_summaries_patient_id_patients")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_summaries_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_summaries")),
    )
    op.create_index("ix_course_summaries_patient_id", "course_summaries", ["patient_id"])
    op.create_index("ix_course_summaries_consent_id", "course_summaries", ["consent_id"])
