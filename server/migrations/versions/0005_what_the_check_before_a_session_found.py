"""What the check before a session found."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "visit_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("sound", sa.String(length=8), nullable=False),
        sa.Column("video", sa.String(length=8), nullable=False),
        sa.Column("network", sa.String(length=8), nullable=False),
        sa.Column("advice", sa.String(length=24), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_checks_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_checks")),
    )
    with op.batch_alter_table("visit_checks", schema=None) as batch_op:
        batch_op.create_index("ix_visit_checks_visit_at", ["visit_id", "at"], unique=False)
