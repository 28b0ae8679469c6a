"""Services that are given to groups."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0046"
down_revision = "0052"


def upgrade() -> None:
    op.create_table(
        "seat_holds",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_seat_holds_appointment_id_appointments")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_seat_holds")),
    )
    op.create_index(op.f("ix_seat_holds_appointment_id"), "seat_holds", ["appointment_id"])
    op.add_column("services", sa.Column("shows_places", sa.Boolean(), server_default=sa.false(), nullable=False))
