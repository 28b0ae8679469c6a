"""A clinic's own recordings of meditations."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0134"
down_revision = "0137"


def upgrade() -> None:
    op.create_table(
        "calm_recordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("session", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_calm_recordings_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calm_recordings")),
        sa.UniqueConstraint("clinic_id", "session", "language", "part", name=op.f("uq_calm_recordings_clinic_id")),
    )
