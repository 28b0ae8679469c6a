"""Times that a clinic confirms first."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0036"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "booking_requests",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("answer_by", Instant(timezone=True), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("other_times", sa.JSON(), nullable=True),
        sa.Column("taken_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_requests_booking_id_bookings")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_booking_requests_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking_requests")),
    )
    op.create_index("ix_booking_requests_open", "booking_requests", ["clinic_id", "answered_at"])
    op.add_column("clinics", sa.Column("answer_hours", sa.Integer(), server_default="24", nullable=False))
    op.add_column("services", sa.Column("asks", sa.Boolean(), server_default=sa.false(), nullable=False))
