"""Whether people book all dates of a group at once."""

import sqlalchemy as sa
from alembic import op

revision = "0216"
down_revision = "0217"


def upgrade() -> None:
    op.add_column("services", sa.Column("all_dates", sa.Boolean(), server_default=sa.false(), nullable=False))
