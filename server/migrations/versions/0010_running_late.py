"""Therapists who run late."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "therapist_delays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_therapist_delays_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["therapist_id"], ["staff.id"], name=op.f("fk_therapist_delays_therapist_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_delays")),
    )
    with op.batch_alter_table("therapist_delays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_therapist_delays_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_therapist_delays_therapist_id"), ["therapist_id"], unique=False)
