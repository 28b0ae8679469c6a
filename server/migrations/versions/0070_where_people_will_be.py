"""Where people will be."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0060"


def upgrade() -> None:
    op.add_column("clinics", sa.Column("has_places", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("clinics", sa.Column("asks_place", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(
        "UPDATE clinics SET has_places = EXISTS"
        " (SELECT 1 FROM licences WHERE licences.clinic_id = clinics.id AND licences.dropped_at IS NULL)"
    )
