"""What a clinic says of the things that its programmes rest on: dates of the law, and who answers for one."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0197"
down_revision = "0196"


def upgrade() -> None:
    op.create_table(
        "programme_footings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("footing", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("warn", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_footings_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_footings")),
        sa.UniqueConstraint("clinic_id", "key", "footing", "number", name=op.f("uq_programme_footings_clinic_id")),
    )
