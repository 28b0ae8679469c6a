"""Hours of a single day for one service alone."""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0214"


def upgrade() -> None:
    op.add_column("dated_hours", sa.Column("service_id", sa.Uuid(), nullable=True))
