"""What the end of a session sets in motion: a meeting that is booked, and by which service."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0190"
down_revision = "0177"


def upgrade() -> None:
    op.create_table(
        "course_meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_meetings_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_course_meetings_patient_id_patients")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_meetings_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_meetings")),
        sa.UniqueConstraint("course_id", "step", "session", name=op.f("uq_course_meetings_course_id")),
    )
    op.create_index(op.f("ix_course_meetings_clinic_id"), "course_meetings", ["clinic_id"], unique=False)
    op.create_table(
        "programme_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_terms_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_terms")),
        sa.UniqueConstraint("clinic_id", "key", "number", name=op.f("uq_programme_terms_clinic_id")),
    )
