"""What bookings ask for courses and nobody began: looked through every two minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0580"
down_revision = "0500"

LOOSE = "booking_id IS NOT NULL AND asked_for IS NOT NULL AND begun_at IS NULL AND finished_at IS NULL"


def upgrade() -> None:
    op.create_index(
        "ix_measures_loose",
        "measures",
        ["clinic_id"],
        sqlite_where=sa.text(LOOSE),
        postgresql_where=sa.text(LOOSE),
    )
