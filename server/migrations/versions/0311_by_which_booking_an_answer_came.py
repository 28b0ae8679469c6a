"""By the page of which booking an answer came that speaks of danger."""

import sqlalchemy as sa
from alembic import op

revision = "0311"
down_revision = "0280"

KNOWN = """
    UPDATE measure_flags SET booking_id = (SELECT m.booking_id FROM measures m WHERE m.id = measure_flags.measure_id)
"""


def upgrade() -> None:
    op.add_column("measure_flags", sa.Column("booking_id", sa.Uuid(), nullable=True))
    op.execute(KNOWN)
