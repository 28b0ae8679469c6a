"""What patients are asked and answer."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    op.create_table(
        "measure_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_measure_settings_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_settings")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_measure_settings_clinic_id")),
    )
    op.create_table(
        "measure_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_measure_versions_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_versions")),
        sa.UniqueConstraint("clinic_id", "key", "digest", name=op.f("uq_measure_versions_clinic_id")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("begun_at", Instant(timezone=True), nullable=True),
        sa.Column("finished_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_measures_booking_id_bookings")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_measures_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_measures_patient_id_patients")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["measure_versions.id"], name=op.f("fk_measures_version_id_measure_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("booking_id", "key", name=op.f("uq_measures_booking_id")),
    )
    op.create_index("ix_measures_patient_id", "measures", ["patient_id"])
    op.create_table(
        "measure_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_answers_measure_id_measures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_answers")),
        sa.UniqueConstraint("measure_id", "item", "number", name=op.f("uq_measure_answers_measure_id")),
    )
    op.create_table(
        "measure_flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weight", sa.String(length=8), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_measure_flags_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_flags_measure_id_measures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_flags")),
        sa.UniqueConstraint("measure_id", "item", "number", name=op.f("uq_measure_flags_measure_id")),
    )
    unseen = sa.text("seen_at IS NULL")
    op.create_index(
        "ix_measure_flags_unseen", "measure_flags", ["clinic_id"], sqlite_where=unseen, postgresql_where=unseen
    )
