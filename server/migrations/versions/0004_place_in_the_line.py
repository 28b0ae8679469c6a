"""What a waiting person knows of their place."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "therapist_absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("back_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("back_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_therapist_absences_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_therapist_absences_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_absences")),
    )
    with op.batch_alter_table("therapist_absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_therapist_absences_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "therapist_signs",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("heard_at", server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_therapist_signs_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_therapist_signs_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_therapist_signs")),
    )
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.String(length=8), server_default="off", nullable=False))

    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team", sa.Boolean(), server_default=sa.false(), nullable=False))
