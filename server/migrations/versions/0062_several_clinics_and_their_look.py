"""Several clinics and their look."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    op.create_table(
        "clinic_marks",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_marks_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_marks")),
    )
    # Added one by one: written anew, the table would have to be dropped on SQLite, and everything points at it.
    op.add_column("clinics", sa.Column("welcome_text", sa.Text(), server_default="", nullable=False))
    op.add_column("clinics", sa.Column("languages", sa.String(length=80), server_default="", nullable=False))
    op.add_column("clinics", sa.Column("listed", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("clinics", sa.Column("mark", sa.String(length=16), server_default="", nullable=False))
    op.add_column("clinics", sa.Column("mark_wide", sa.Integer(), server_default="0", nullable=False))
