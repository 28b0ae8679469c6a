"""How those who wait want to meet."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    op.add_column("waits", sa.Column("means", sa.String(length=16), nullable=True))
    op.add_column("waits", sa.Column("for_whom", sa.String(length=16), server_default="me", nullable=False))
    op.add_column("waits", sa.Column("meeting_sealed", sa.LargeBinary(), nullable=True))
