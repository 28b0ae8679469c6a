"""How many offers in a row somebody on a waiting list may let lapse."""

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0164"


def upgrade() -> None:
    op.add_column("clinics", sa.Column("offer_lapses", sa.Integer(), server_default="3", nullable=False))
