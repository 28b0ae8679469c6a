"""Of an answer that speaks of danger and is to another version than its measure was begun with: to which."""

import sqlalchemy as sa
from alembic import op

revision = "0400"
down_revision = "0291"


def upgrade() -> None:
    op.add_column("measure_answers", sa.Column("version_id", sa.Uuid(), nullable=True))
