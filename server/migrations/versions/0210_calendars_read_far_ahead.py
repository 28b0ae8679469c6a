"""What calendars elsewhere hold beyond the clinic's horizon, and how far they are known."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0210"
down_revision = "0178"


def upgrade() -> None:
    op.add_column("other_calendars", sa.Column("later", sa.Text(), server_default="[]", nullable=False))
    op.add_column("other_calendars", sa.Column("later_from", server.db.Instant(timezone=True), nullable=True))
    op.add_column("other_calendars", sa.Column("read_until", server.db.Instant(timezone=True), nullable=True))
