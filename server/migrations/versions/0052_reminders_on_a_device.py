"""Reminders on a device that agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0042"

NAME = "ck_push_devices_one_owner"
ONE_OWNER = (
    "CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END = 1"
)


def upgrade() -> None:
    with op.batch_alter_table("reminder_rules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_push", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "push_devices", type_="check")
    # SQLite: the table is made anew, without the old check, which is not read back.
    with op.batch_alter_table("push_devices", schema=None, recreate="auto") as batch_op:
        batch_op.add_column(sa.Column("booking_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_push_devices_booking_id_bookings"), "bookings", ["booking_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f(NAME), ONE_OWNER)
    with op.batch_alter_table("push_devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_devices_booking_id"), ["booking_id"], unique=False)
