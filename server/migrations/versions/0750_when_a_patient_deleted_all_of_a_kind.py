"""When a patient deleted all of one kind of entries, so that no late device brings it back."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0750"
down_revision = "0720"


def upgrade() -> None:
    op.create_table(
        "journal_gone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_journal_gone_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_journal_gone_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_gone")),
    )
    op.create_index("ix_journal_gone_patient_id_kind_at", "journal_gone", ["patient_id", "kind", "at"], unique=False)
