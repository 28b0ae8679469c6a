"""What stands on a clinic's invoices in its other languages."""

import sqlalchemy as sa
from alembic import op

revision = "0212"
down_revision = "0215"


def upgrade() -> None:
    op.add_column("payment_settings", sa.Column("said", sa.JSON(), nullable=True))
