"""How people meet, and where."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("means", sa.String(length=8), server_default="video", nullable=False))
    op.add_column("bookings", sa.Column("meeting_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("clinics", sa.Column("address", sa.String(length=200), server_default="", nullable=False))
    op.add_column("clinics", sa.Column("anyone", sa.String(length=8), server_default="idle", nullable=False))
    op.add_column("services", sa.Column("means", sa.String(length=24), server_default="video", nullable=False))
