"""When all was answered that the total of a measure is made of, though a question that does not count may be open."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0500"
down_revision = "0520"


def upgrade() -> None:
    op.add_column("measures", sa.Column("totalled_at", Instant(timezone=True), nullable=True))
