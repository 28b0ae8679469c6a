"""Sites that show a clinic's booking."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0020"
down_revision = "0053"


def upgrade() -> None:
    op.create_table(
        "embed_origins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("added_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_embed_origins_added_by_staff")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_embed_origins_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embed_origins")),
        sa.UniqueConstraint("clinic_id", "origin", name=op.f("uq_embed_origins_clinic_id")),
    )
