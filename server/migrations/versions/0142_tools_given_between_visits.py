"""Tools that a therapist gives a patient to work with between visits."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0142"
down_revision = "0156"


def upgrade() -> None:
    op.create_table(
        "tool_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.String(length=24), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("away_at", Instant(timezone=True), nullable=True),
        sa.Column("seen_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_tool_tasks_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_tool_tasks_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_tasks")),
    )
    op.create_index("ix_tool_tasks_patient_id", "tool_tasks", ["patient_id"])
