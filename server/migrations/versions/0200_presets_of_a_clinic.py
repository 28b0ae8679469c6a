"""Presets of a clinic's own."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0200"
down_revision = "0197"


def upgrade() -> None:
    op.create_table(
        "programme_presets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_presets_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_presets")),
        sa.UniqueConstraint("clinic_id", "key", "number", name=op.f("uq_programme_presets_clinic_id")),
    )
