"""Devices on which a space is open agree to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0168"
down_revision = "0160"

NAME = "ck_push_devices_one_owner"
ONE_OWNER = (
    "CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN login_id IS NULL THEN 0 ELSE 1 END = 1"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "push_devices", type_="check")
    # SQLite: the table is made anew, without the old check, which is not read back.
    with op.batch_alter_table("push_devices", schema=None, recreate="auto") as batch_op:
        batch_op.add_column(sa.Column("login_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_push_devices_login_id_space_logins"), "space_logins", ["login_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f(NAME), ONE_OWNER)
    op.create_index(op.f("ix_push_devices_login_id"), "push_devices", ["login_id"], unique=False)
