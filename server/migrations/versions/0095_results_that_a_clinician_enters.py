"""Results that a clinician enters."""

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0085"


def upgrade() -> None:
    op.add_column("measures", sa.Column("entered_by", sa.Uuid(), nullable=True))
