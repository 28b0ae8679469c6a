"""After how many seconds a clinic calls people to who waits for help now."""

import sqlalchemy as sa
from alembic import op

revision = "0148"
down_revision = "0150"

USUAL = {"again_seconds": "60", "lead_seconds": "180", "danger_again_seconds": "30", "danger_lead_seconds": "60"}


def upgrade() -> None:
    for name, seconds in USUAL.items():
        op.add_column("support_rules", sa.Column(name, sa.Integer(), server_default=seconds, nullable=False))
