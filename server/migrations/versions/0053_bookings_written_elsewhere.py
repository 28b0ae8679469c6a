"""Bookings written into the calendars that therapists keep elsewhere."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0053"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "written_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_written_entries_booking_id_bookings")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["other_calendars.id"], name=op.f("fk_written_entries_calendar_id_other_calendars")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_entries")),
        sa.UniqueConstraint("booking_id", "calendar_id", name=op.f("uq_written_entries_booking_id")),
    )
    with op.batch_alter_table("written_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_written_entries_calendar_id"), ["calendar_id"], unique=False)
    with op.batch_alter_table("other_calendars", schema=None) as batch_op:
        batch_op.add_column(sa.Column("writes", sa.Boolean(), server_default=sa.false(), nullable=False))
