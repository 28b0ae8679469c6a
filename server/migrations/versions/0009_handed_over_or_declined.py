"""Visits handed over or declined, and lines while somebody waits."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "visit_declines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_declines_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_declines")),
    )
    with op.batch_alter_table("visit_declines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_declines_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("time_moved", sa.Boolean(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_handovers_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_handovers")),
    )
    with op.batch_alter_table("visit_handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_handovers_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_lines_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_lines")),
    )
    with op.batch_alter_table("visit_lines", schema=None) as batch_op:
        batch_op.create_index("ix_visit_lines_visit_at", ["visit_id", "at"], unique=False)

    with op.batch_alter_table("visit_notes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_visit_notes_visit_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_visit_notes_visit_id"), ["visit_id", "staff_id"])

    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declined_at", server.db.Instant(timezone=True), nullable=True))
