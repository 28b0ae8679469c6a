"""Whether calls pass through the relay alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relay_only", sa.Boolean(), server_default=sa.false(), nullable=False))
