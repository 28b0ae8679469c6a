"""What a clinic says before its questions, in each language that it speaks."""

import sqlalchemy as sa
from alembic import op

revision = "0178"
down_revision = "0190"


def upgrade() -> None:
    op.add_column("intake_forms", sa.Column("said", sa.JSON(none_as_null=True), nullable=True))
