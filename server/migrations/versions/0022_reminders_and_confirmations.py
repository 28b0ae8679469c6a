"""Reminders and confirmations."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "reminder_rules",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(length=60), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_reminder_rules_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_reminder_rules")),
    )
    op.create_table(
        "confirmations",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_confirmations_booking_id_bookings")),
        sa.PrimaryKeyConstraint("booking_id", "starts_at", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("before_minutes", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_reminders_booking_id_bookings")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_reminders_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("booking_id", "starts_at", "before_minutes", name=op.f("uq_reminders_booking_id")),
    )
    op.create_table(
        "reminder_sends",
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_reminder_sends_reminder_id_reminders")
        ),
        sa.PrimaryKeyConstraint("reminder_id", "way", name=op.f("pk_reminder_sends")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointments_starts_at"), ["starts_at"], unique=False)
