"""Whom the card of an emergency calls, as a clinic says it."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0240"
down_revision = "0225"


def upgrade() -> None:
    op.create_table(
        "programme_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_programme_contacts_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_contacts")),
        sa.UniqueConstraint("clinic_id", "line", "number", name=op.f("uq_programme_contacts_clinic_id")),
    )
