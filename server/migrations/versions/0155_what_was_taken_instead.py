"""Which time a patient took instead of one that the clinic cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0155"
down_revision = "0146"


def upgrade() -> None:
    op.add_column("cancellations", sa.Column("taken_id", sa.Uuid(), nullable=True))
