"""Exercises that a therapist offered for home."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0135"
down_revision = "0134"


def upgrade() -> None:
    op.create_table(
        "calm_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_calm_offers_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_calm_offers_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calm_offers")),
    )
    op.create_index("ix_calm_offers_patient_id", "calm_offers", ["patient_id"])
