"""What patients write between visits, and how they use the tools for it."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0128"
down_revision = "0133"


def upgrade() -> None:
    op.create_table(
        "journal_ids",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_journal_ids_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_ids")),
    )
    op.create_index("ix_journal_ids_patient_id", "journal_ids", ["patient_id"])
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("backdated", sa.Boolean(), nullable=False),
        sa.Column("share", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_journal_entries_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_journal_entries_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
    )
    op.create_index("ix_journal_entries_patient_id_kind_day", "journal_entries", ["patient_id", "kind", "day"])
    op.create_table(
        "journal_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("share", sa.String(length=8), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_journal_settings_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_journal_settings_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_settings")),
    )
    op.create_index("ix_journal_settings_patient_id_kind", "journal_settings", ["patient_id", "kind"])
