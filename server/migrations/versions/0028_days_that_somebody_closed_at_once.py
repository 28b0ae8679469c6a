"""Days that somebody closed at once."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0028"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "away_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("leave_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("made_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("told_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("undone_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_away_days_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_away_days_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away_days")),
    )
    op.create_index("ix_away_days_therapist", "away_days", ["therapist_id", "made_at"])
    op.create_table(
        "away_bookings",
        sa.Column("away_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("became", sa.String(length=16), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=True),
        sa.Column("told", sa.String(length=8), nullable=True),
        sa.Column("told_at", server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["away_id"], ["away_days.id"], name=op.f("fk_away_bookings_away_id_away_days")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_away_bookings_booking_id_bookings")),
        sa.PrimaryKeyConstraint("away_id", "booking_id", name=op.f("pk_away_bookings")),
    )
