"""The start of a visit."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "checklist_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_checklist_settings_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_settings")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_checklist_settings_clinic_id")),
    )
    op.create_table(
        "visit_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("list_version", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_answers_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_answers")),
        sa.UniqueConstraint("visit_id", "line", "number", name=op.f("uq_visit_answers_visit_id")),
    )
    op.create_table(
        "visit_signings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("list_version", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_signings_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_signings")),
        sa.UniqueConstraint("visit_id", "number", name=op.f("uq_visit_signings_visit_id")),
    )
