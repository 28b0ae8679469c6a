"""Of each move whether one seat of a group left it alone; of those known so far as far as their traces tell: it began
an appointment, or others sit where it went who were not moved in that moment, and since then only together with it."""

import sqlalchemy as sa
from alembic import op

revision = "0280"
down_revision = "0250"

KNOWN = """
    UPDATE moves SET alone = true WHERE EXISTS (
        SELECT 1 FROM bookings b JOIN appointments a ON a.id = b.appointment_id
        WHERE b.id = moves.booking_id AND a.seats > 1 AND (
            a.made_at = moves.at OR EXISTS (
                SELECT 1 FROM bookings o WHERE o.appointment_id = a.id AND o.id <> b.id AND o.seat > 0
                AND o.made_at < moves.at
                AND NOT EXISTS (
                    SELECT 1 FROM moves n WHERE n.booking_id = o.id AND (
                        n.at = moves.at OR n.at > moves.at AND NOT EXISTS (
                            SELECT 1 FROM moves m WHERE m.booking_id = b.id AND m.at = n.at
                        )
                    )
                )
                AND NOT EXISTS (
                    SELECT 1 FROM moves m WHERE m.booking_id = b.id AND m.at > moves.at AND NOT EXISTS (
                        SELECT 1 FROM moves n WHERE n.booking_id = o.id AND n.at = m.at
                    )
                )
            )
        )
    )
"""


def upgrade() -> None:
    op.add_column("moves", sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(KNOWN)
