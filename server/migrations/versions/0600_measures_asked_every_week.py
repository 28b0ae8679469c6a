"""What is asked of a patient alone every week, and for whom that was stopped."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0600"
down_revision = "0590"


def upgrade() -> None:
    op.add_column("measures", sa.Column("week", sa.Date(), nullable=True))
    op.create_index("uq_measures_week", "measures", ["asked_for", "key", "week"], unique=True)
    op.create_table(
        "measure_stops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_measure_stops_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_measure_stops_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_stops")),
    )
    op.create_index("ix_measure_stops_patient_id", "measure_stops", ["patient_id", "key"])
