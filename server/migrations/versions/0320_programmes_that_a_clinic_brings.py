"""Definitions of programmes that a clinic brings itself, and which of them no new course begins by."""

import sqlalchemy as sa
from alembic import op

import server.db
from server.programmes.guards import every

revision = "0320"
down_revision = "0290"


def upgrade() -> None:
    op.create_table(
        "programme_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_files_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_programme_files_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_files")),
        sa.UniqueConstraint("clinic_id", "key", "number", name=op.f("uq_programme_files_clinic_id")),
    )
    for statement in every(op.get_bind().dialect.name, ["programme_files"]):
        op.execute(statement)
