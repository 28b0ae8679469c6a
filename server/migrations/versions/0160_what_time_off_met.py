"""Settling bookings ahead that time off, a closure or a change of hours met."""

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0158"


def upgrade() -> None:
    op.add_column("away_days", sa.Column("ahead", sa.Boolean(), server_default=sa.false(), nullable=False))
