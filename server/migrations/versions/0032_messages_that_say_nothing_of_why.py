"""Messages that say nothing of why."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discreet", sa.Boolean(), server_default=sa.true(), nullable=False))
