"""A clinic's own questions about patients, and who put one aside for whom."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0215"
down_revision = "0201"


def upgrade() -> None:
    op.create_table(
        "clinic_prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_prompts_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_prompts")),
        sa.UniqueConstraint("prompt_id", "number", name=op.f("uq_clinic_prompts_prompt_id")),
    )
    op.create_index("ix_clinic_prompts_clinic_id", "clinic_prompts", ["clinic_id"])
    op.create_table(
        "prompt_dismissals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_prompt_dismissals_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_prompt_dismissals_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_dismissals")),
        sa.UniqueConstraint("patient_id", "prompt_id", "facts", name=op.f("uq_prompt_dismissals_patient_id")),
    )
