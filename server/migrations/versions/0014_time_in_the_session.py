"""Since when a meeting runs, and who is told how much of its time is left."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("time_left", sa.String(length=20), server_default="10,5", nullable=False))
        batch_op.add_column(sa.Column("tells_time_left", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_at", server.db.Instant(timezone=True), nullable=True))
    op.execute("UPDATE visits SET started_at = admitted_at WHERE state IN ('in_session', 'on_hold')")
