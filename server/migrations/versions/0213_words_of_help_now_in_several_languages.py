"""What a clinic says on its page of help now, and what it can be about, in its other languages."""

import sqlalchemy as sa
from alembic import op

revision = "0213"
down_revision = "0212"


def upgrade() -> None:
    op.add_column("support_rules", sa.Column("said", sa.JSON(), nullable=True))
