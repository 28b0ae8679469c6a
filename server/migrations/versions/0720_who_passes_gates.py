"""Whom a clinic names who pass the gates of a family of programmes; before anybody does it is whoever treats."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0720"
down_revision = "0740"


def upgrade() -> None:
    op.create_table(
        "programme_passers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("clinic_id", sa.Uuid(), sa.ForeignKey("clinics.id"), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.UniqueConstraint("clinic_id", "family", "number", name=op.f("uq_programme_passers_clinic_id")),
    )
