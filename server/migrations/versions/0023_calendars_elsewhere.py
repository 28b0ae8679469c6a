"""Calendars that therapists keep elsewhere, with the taken time last read; links by which those read their bookings."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0023"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "other_calendars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("access_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("whole_days", sa.Boolean(), nullable=False),
        sa.Column("busy", sa.Text(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("made_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("paused_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("read_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("failed_since", server.db.Instant(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("leased_until", server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_other_calendars_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_other_calendars_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_calendars")),
    )
    with op.batch_alter_table("other_calendars", schema=None) as batch_op:
        batch_op.create_index("ix_other_calendars_clinic", ["clinic_id", "paused_at"], unique=False)
        batch_op.create_index("ix_other_calendars_due", ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_other_calendars_therapist_id"), ["therapist_id"], unique=False)
    op.create_table(
        "calendar_feeds",
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("shows", sa.String(length=8), nullable=False),
        sa.Column("made_at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_calendar_feeds_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_calendar_feeds_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("therapist_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
