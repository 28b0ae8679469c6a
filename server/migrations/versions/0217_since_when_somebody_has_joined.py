"""Since when somebody can be called: a password is not the only way to join."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0217"
down_revision = "0213"


def upgrade() -> None:
    op.add_column("staff", sa.Column("joined_at", server.db.Instant(timezone=True), nullable=True))
    op.execute(
        "UPDATE staff SET joined_at = made_at WHERE password_hash IS NOT NULL"
        " OR totp_confirmed_at IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.staff_id = staff.id)"
        " OR EXISTS (SELECT 1 FROM logins WHERE logins.staff_id = staff.id)"
    )
