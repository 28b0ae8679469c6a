"""Of each reminder to write about the day: whether a device took it, apart from a mail that went instead."""

import sqlalchemy as sa
from alembic import op

revision = "0270"
down_revision = "0240"


def upgrade() -> None:
    op.add_column("mood_prompts", sa.Column("took", sa.SmallInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE mood_prompts SET took = told")
