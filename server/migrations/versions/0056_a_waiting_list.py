"""A waiting list."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0056"
down_revision = "0046"


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("parts", sa.String(length=40), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("contact", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_waits_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_waits_patient_id_patients")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_waits_service_id_services")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_waits_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_waits_token_hash")),
    )
    op.create_index("ix_waits_clinic_open", "waits", ["clinic_id", "ended_at", "made_at"])
    op.create_table(
        "wait_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wait_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", Instant(timezone=True), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_wait_offers_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.staff_id"], name=op.f("fk_wait_offers_therapist_id_therapists")
        ),
        sa.ForeignKeyConstraint(["wait_id"], ["waits.id"], name=op.f("fk_wait_offers_wait_id_waits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_offers")),
    )
    op.create_index(op.f("ix_wait_offers_wait_id"), "wait_offers", ["wait_id"])
    op.add_column("clinics", sa.Column("offer_minutes", sa.Integer(), server_default="120", nullable=False))
