"""Where people land who leave at once, and which helplines somebody called."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0105"
down_revision = "0095"


def upgrade() -> None:
    op.add_column("clinics", sa.Column("exit_to", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "helpline_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_helpline_checks_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpline_checks")),
    )
    op.create_index("ix_helpline_checks_clinic", "helpline_checks", ["clinic_id", "country"])
