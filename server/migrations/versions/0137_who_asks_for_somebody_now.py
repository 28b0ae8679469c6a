"""Who asks for somebody now, what a clinic offers them, and who gets in touch the next day."""

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0137"
down_revision = "0124"


def _rules() -> None:
    op.create_table(
        "support_rules",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("hand_over_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_support_rules_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_support_rules_service_id_services")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_support_rules")),
    )


def _asks() -> None:
    op.create_table(
        "support_asks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("open_of", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("lift", sa.String(length=8), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("heard_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("shown_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("first_taken_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("offered_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_support_asks_booking_id_bookings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_support_asks_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_support_asks_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_asks")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_support_asks_token_hash")),
        sa.UniqueConstraint("open_of", name=op.f("uq_support_asks_open_of")),
    )
    op.create_index(op.f("ix_support_asks_booking_id"), "support_asks", ["booking_id"], unique=False)
    op.create_index(op.f("ix_support_asks_patient_id"), "support_asks", ["patient_id"], unique=False)
    op.create_index("ix_support_asks_clinic_id_asked_at", "support_asks", ["clinic_id", "asked_at"], unique=False)


def _follow_ups() -> None:
    name = "support_follow_ups"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("ask_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", server.db.Instant(timezone=True), nullable=False),
        sa.Column("told_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("declined_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("done_at", server.db.Instant(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["ask_id"], ["support_asks.id"], name=op.f(f"fk_{name}_ask_id_support_asks")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f(f"fk_{name}_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f(f"fk_{name}_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("ask_id", name=op.f(f"uq_{name}_ask_id")),
    )
    op.create_index(op.f(f"ix_{name}_patient_id"), name, ["patient_id"], unique=False)
    op.create_index(f"ix_{name}_clinic_id_due_at", name, ["clinic_id", "due_at"], unique=False)


def upgrade() -> None:
    _rules()
    _asks()
    _follow_ups()
