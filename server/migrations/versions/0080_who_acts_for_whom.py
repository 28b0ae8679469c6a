"""Who acts for whom."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0080"
down_revision = "0072"


def upgrade() -> None:
    op.create_table(
        "acting_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("consent_age", sa.Integer(), nullable=True),
        sa.Column("young", sa.String(length=8), nullable=False),
        sa.Column("grown", sa.String(length=8), nullable=False),
        sa.Column("books", sa.String(length=32), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_acting_rules_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting_rules")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_acting_rules_clinic_id")),
    )
    op.create_table(
        "arrangements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("over", sa.Uuid(), nullable=False),
        sa.Column("born_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("told", sa.String(length=8), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_arrangements_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_arrangements_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangements")),
        sa.UniqueConstraint("over", name=op.f("uq_arrangements_over")),
    )
    op.create_index(op.f("ix_arrangements_patient_id"), "arrangements", ["patient_id"])
    op.create_table(
        "helpers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", Instant(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_helpers_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_helpers_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpers")),
    )
    op.create_index(op.f("ix_helpers_patient_id"), "helpers", ["patient_id"])
    op.add_column("clinics", sa.Column("acting", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("clinics", sa.Column("acts_for", sa.String(length=32), server_default="", nullable=False))
