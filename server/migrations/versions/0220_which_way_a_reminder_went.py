"""Of each reminder to write about the day: whether a device took it, or a mail went instead."""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0216"


def upgrade() -> None:
    op.add_column("mood_prompts", sa.Column("told", sa.SmallInteger(), nullable=False, server_default="0"))
