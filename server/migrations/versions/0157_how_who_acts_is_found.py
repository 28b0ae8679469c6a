"""By which address or number somebody is found who acts for a patient."""

import sqlalchemy as sa
from alembic import op

revision = "0157"
down_revision = "0147"


def upgrade() -> None:
    for name in ("mail_index", "phone_index"):
        op.add_column("helpers", sa.Column(name, sa.LargeBinary(), nullable=True))
        op.create_index(f"ix_helpers_{name}", "helpers", [name])
