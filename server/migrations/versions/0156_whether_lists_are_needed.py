"""Whether a therapist without a list of licences is offered."""

import sqlalchemy as sa
from alembic import op

revision = "0156"
down_revision = "0155"


def upgrade() -> None:
    op.add_column("clinics", sa.Column("only_listed", sa.Boolean(), server_default=sa.false(), nullable=False))
