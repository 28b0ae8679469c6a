"""Who treats whom and what was taken back."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant
from server.patients.guards import every

revision = "0107"
down_revision = "0105"


def upgrade() -> None:
    op.create_table(
        "care_sharing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_care_sharing_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_sharing")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_care_sharing_clinic_id")),
    )
    op.create_table(
        "care_keeps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_care_keeps_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_care_keeps_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_keeps")),
    )
    op.create_index("ix_care_keeps_patient_id", "care_keeps", ["patient_id", "staff_id"])
    op.create_table(
        "glass_breaks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("until", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_glass_breaks_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_glass_breaks_patient_id_patients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass_breaks")),
    )
    op.create_index("ix_glass_breaks_clinic_id", "glass_breaks", ["clinic_id"])
    op.create_index("ix_glass_breaks_patient_id", "glass_breaks", ["patient_id"])
    op.create_table(
        "consent_withdrawals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_consent_withdrawals_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_consent_withdrawals_consent_id_consents")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_consent_withdrawals_patient_id_patients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_withdrawals")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_consent_withdrawals_consent_id")),
    )
    op.create_index("ix_consent_withdrawals_patient_id", "consent_withdrawals", ["patient_id"])
    for statement in every(op.get_bind().dialect.name, ("consents", "consent_withdrawals", "care_keeps")):
        op.execute(statement)
