"""Names that are found, and records that are merged."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0024"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "patient_merges",
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_patient_merges_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["gone_id"], ["patients.id"], name=op.f("fk_patient_merges_gone_id_patients")),
        sa.ForeignKeyConstraint(["kept_id"], ["patients.id"], name=op.f("fk_patient_merges_kept_id_patients")),
        sa.PrimaryKeyConstraint("gone_id", name=op.f("pk_patient_merges")),
    )
    op.create_index(op.f("ix_patient_merges_kept_id"), "patient_merges", ["kept_id"])
    # Empty until somebody searches: it needs the keys of names, which no migration has.
    op.add_column("patients", sa.Column("name_index", sa.LargeBinary(), nullable=True))
