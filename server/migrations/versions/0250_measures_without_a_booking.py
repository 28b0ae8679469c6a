"""A measure that is asked of a patient without a booking, and of which course it is."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0250"
down_revision = "0270"

OPEN = "booking_id IS NULL AND finished_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    op.add_column("measures", sa.Column("asked_for", sa.Uuid(), nullable=True))
    op.add_column("measures", sa.Column("withdrawn_at", server.db.Instant(timezone=True), nullable=True))
    op.create_index(
        "ix_measures_alone",
        "measures",
        ["asked_for", "key"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
