"""What a patient deleted of their exercises: ids and moments, so that no late device brings it back."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0740"
down_revision = "0570"


def upgrade() -> None:
    op.create_table(
        "calm_gone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_calm_gone_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_calm_gone_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calm_gone")),
    )
    op.create_index("ix_calm_gone_patient_id_at", "calm_gone", ["patient_id", "at"], unique=False)
