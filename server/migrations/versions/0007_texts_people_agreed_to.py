"""Texts people agreed to."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_consent_texts_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_texts")),
        sa.UniqueConstraint("clinic_id", "version", name=op.f("uq_consent_texts_clinic_id")),
    )
    # The texts of today; a clinic has one row yet, so its own id serves for it.
    op.execute(
        "INSERT INTO consent_texts (id, clinic_id, version, text, made_at) "
        "SELECT id, id, consent_version, consent_text, made_at FROM clinics"
    )
