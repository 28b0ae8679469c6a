"""Whether a reminder to write about the day truly left; what is there already is taken to have."""

import sqlalchemy as sa
from alembic import op

revision = "0620"
down_revision = "0581"


def upgrade() -> None:
    op.add_column("mood_prompts", sa.Column("went", sa.SmallInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE mood_prompts SET went = times")
