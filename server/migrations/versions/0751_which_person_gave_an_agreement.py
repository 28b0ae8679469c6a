"""Which person gave an agreement, where that is known."""

import sqlalchemy as sa
from alembic import op

from server.patients.guards import every

revision = "0751"
down_revision = "0750"


def upgrade() -> None:
    op.create_table(
        "consent_givers",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_consent_givers_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name=op.f("fk_consent_givers_consent_id_consents")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_consent_givers_patient_id_patients")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent_givers")),
    )
    op.create_index("ix_consent_givers_patient_id", "consent_givers", ["patient_id"])
    for statement in every(op.get_bind().dialect.name, ("consent_givers",)):
        op.execute(statement)
