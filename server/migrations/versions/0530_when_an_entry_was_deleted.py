"""When an entry of a journal was deleted, so that what is written later under its id is not taken for it."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0530"
down_revision = "0420"


def upgrade() -> None:
    op.add_column("journal_ids", sa.Column("gone_at", Instant(timezone=True), nullable=True))
