"""What is known of a patient's care."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant
from server.record.guards import every

revision = "0097"
down_revision = "0086"


def upgrade() -> None:
    op.create_table(
        "care_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_care_entries_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_care_entries_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_entries")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_care_entries_entry_id")),
    )
    op.create_index(op.f("ix_care_entries_patient_id"), "care_entries", ["patient_id"])
    for statement in every(op.get_bind().dialect.name, ("care_entries",)):
        op.execute(statement)
