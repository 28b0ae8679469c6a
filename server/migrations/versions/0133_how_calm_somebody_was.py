"""How calm somebody was before and after a meditation, in their own space."""

import sqlalchemy as sa
from alembic import op

revision = "0133"
down_revision = "0089"


def upgrade() -> None:
    for name in ("calm_before", "calm_after", "mood_before", "mood_after"):
        op.add_column("calm_times", sa.Column(name, sa.SmallInteger(), nullable=True))
