"""When an answer came that had waited on a device."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0291"
down_revision = "0320"


def upgrade() -> None:
    op.add_column("measure_answers", sa.Column("came_at", server.db.Instant(timezone=True), nullable=True))
