"""A clinic's own words in each language that it speaks."""

import sqlalchemy as sa
from alembic import op

revision = "0177"
down_revision = "0181"

HOLDERS = ("clinics", "services", "therapists", "consent_texts")


def upgrade() -> None:
    for table in HOLDERS:
        op.add_column(table, sa.Column("said", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("clinics", sa.Column("written", sa.String(8), server_default="", nullable=False))
