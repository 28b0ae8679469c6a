"""Safety plans: each writing of a step, and what is chosen about a plan."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0120"
down_revision = "0135"


def upgrade() -> None:
    op.create_table(
        "plan_writings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("book", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_plan_writings_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_plan_writings_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_writings")),
        sa.UniqueConstraint("book", "step", "number", name=op.f("uq_plan_writings_book")),
    )
    op.create_index(op.f("ix_plan_writings_patient_id"), "plan_writings", ["patient_id"])
    op.create_table(
        "plan_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("door", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_plan_choices_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_plan_choices_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_choices")),
    )
    op.create_index(op.f("ix_plan_choices_patient_id"), "plan_choices", ["patient_id"])
