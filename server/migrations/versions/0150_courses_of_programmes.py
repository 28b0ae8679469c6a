"""Programmes that a clinic gives, courses of patients, and what was done in them."""

import sqlalchemy as sa
from alembic import op

import server.db
from server.programmes.guards import every

revision = "0150"
down_revision = "0157"
GOING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _of_the_clinic()
    _courses()
    _done()
    _changed()
    for statement in every(op.get_bind().dialect.name, ["course_entries", "course_overrides", "course_changes"]):
        op.execute(statement)


def _of_the_clinic() -> None:
    op.create_table(
        "programme_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_versions_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_versions")),
        sa.UniqueConstraint("clinic_id", "key", "digest", name=op.f("uq_programme_versions_clinic_id")),
    )
    op.create_table(
        "programme_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_settings_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_settings")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_programme_settings_clinic_id")),
    )


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("ended_at", server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_courses_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_courses_patient_id_patients")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_versions.id"], name=op.f("fk_courses_version_id_programme_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_index(
        "ix_courses_going", "courses", ["clinic_id"], unique=False, sqlite_where=GOING, postgresql_where=GOING
    )
    op.create_index("ix_courses_patient_id", "courses", ["patient_id"], unique=False)
    op.create_table(
        "course_bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_bookings_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_bookings_course_id_courses")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_course_bookings_booking_id_bookings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_bookings")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_course_bookings_booking_id")),
    )
    op.create_index("ix_course_bookings_course_id", "course_bookings", ["course_id"], unique=False)


def _done() -> None:
    op.create_table(
        "course_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_entries_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_course_entries_patient_id_patients")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_entries_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_entries")),
        sa.UniqueConstraint("course_id", "step", "session", "round", name=op.f("uq_course_entries_course_id")),
    )
    op.create_table(
        "course_overrides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("gate", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_overrides_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_course_overrides_patient_id_patients")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_overrides_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_overrides")),
    )
    op.create_index("ix_course_overrides_course_id", "course_overrides", ["course_id"], unique=False)


def _changed() -> None:
    op.create_table(
        "course_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_changes_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_course_changes_patient_id_patients")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_changes_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_changes")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_changes_course_id")),
    )
