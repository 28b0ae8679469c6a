"""Times that are kept while somebody writes."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0026"
down_revision = "0018"

HELD = sa.text("hold_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(length=16), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", Instant(timezone=True), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_holds_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_holds_service_id_services")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_holds_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_clinic_made", "holds", ["clinic_id", "made_at"])
    op.create_index("ix_holds_form", "holds", ["form_id"])
    # Added in place: a table made anew would lose the triggers that keep claims apart.
    op.add_column("claims", sa.Column("hold_id", sa.Uuid(), nullable=True))
    op.create_index("ix_claims_hold", "claims", ["hold_id"], sqlite_where=HELD, postgresql_where=HELD)
    op.add_column("clinics", sa.Column("hold_minutes", sa.Integer(), server_default="10", nullable=False))
