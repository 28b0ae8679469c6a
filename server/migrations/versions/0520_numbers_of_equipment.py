"""The number of a piece of equipment, such as the maker's serial number."""

import sqlalchemy as sa
from alembic import op

revision = "0520"
down_revision = "0530"


def upgrade() -> None:
    op.add_column("resources", sa.Column("serial", sa.String(length=120), server_default="", nullable=False))
