"""Payment keys that a clinic took back, for a while, and pages of payment of which nobody could be asked."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0164"
down_revision = "0168"


def upgrade() -> None:
    op.create_table(
        "payment_keys_before",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hook_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ended_at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_payment_keys_before_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_keys_before")),
    )
    op.create_index(op.f("ix_payment_keys_before_clinic_id"), "payment_keys_before", ["clinic_id"])
    op.add_column("checkouts", sa.Column("unasked_at", server.db.Instant(timezone=True), nullable=True))
