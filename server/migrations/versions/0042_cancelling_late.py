"""Cancelling late."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("cancellations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_cancel", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("late_words", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change_until_minutes", sa.Integer(), nullable=True))
