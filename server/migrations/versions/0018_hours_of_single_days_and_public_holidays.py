"""Hours of single days and of one service, public holidays that close a clinic, how many sessions somebody gives."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

THERAPIST = "fk_dated_hours_therapist_id_therapists"


def upgrade() -> None:
    op.create_table(
        "dated_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("until_minute", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_dated_hours_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.staff_id"], name=op.f(THERAPIST)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_hours")),
    )
    with op.batch_alter_table("dated_hours", schema=None) as batch_op:
        batch_op.create_index("ix_dated_hours_clinic_day", ["clinic_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_dated_hours_therapist_id"), ["therapist_id"], unique=False)
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.String(length=8), server_default="", nullable=False))
        batch_op.add_column(sa.Column("closes_on_holidays", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("works_on", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("therapists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("most_a_day", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("most_a_week", sa.Integer(), nullable=True))
    with op.batch_alter_table("hours", schema=None) as batch_op:
        batch_op.add_column(sa.Column("service_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_hours_service_id_services"), "services", ["service_id"], ["id"])
