"""What a clinician of the clinic confirmed, and what was taken back."""

import sqlalchemy as sa
from alembic import op

import server.db
from server.clinic.confirming.guards import every

revision = "0146"
down_revision = "0120"


def upgrade() -> None:
    op.create_table(
        "clinical_confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_clinical_confirmations_by_id_staff")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinical_confirmations_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_confirmations")),
        sa.UniqueConstraint("clinic_id", "topic", "number", name=op.f("uq_clinical_confirmations_clinic_id")),
    )
    for statement in every(op.get_bind().dialect.name, ["clinical_confirmations"]):
        op.execute(statement)
