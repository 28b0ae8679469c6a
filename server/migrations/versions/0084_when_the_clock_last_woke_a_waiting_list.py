"""When the clock last woke a waiting list."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0084"
down_revision = "0087"


def upgrade() -> None:
    op.create_table(
        "wait_looks",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_wait_looks_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_wait_looks")),
    )
