"""How people meet in a visit, and the calls that were tried."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "visit_mediums",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_mediums_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_mediums")),
        sa.UniqueConstraint("visit_id", "number", name=op.f("uq_visit_mediums_visit_id")),
    )
    op.create_table(
        "visit_phone_tries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("number_kind", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_phone_tries_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_phone_tries")),
    )
    with op.batch_alter_table("visit_phone_tries", schema=None) as batch_op:
        batch_op.create_index("ix_visit_phone_tries_visit_at", ["visit_id", "at"], unique=False)
