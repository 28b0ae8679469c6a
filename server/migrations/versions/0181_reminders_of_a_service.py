"""A service has reminders of its own, and a text message may go beside the mail."""

import sqlalchemy as sa
from alembic import op

revision = "0181"
down_revision = "0161"


def upgrade() -> None:
    op.create_table(
        "service_reminders",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_service_reminders_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_reminders_service_id_services")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_reminders")),
    )
    op.create_index(op.f("ix_service_reminders_clinic_id"), "service_reminders", ["clinic_id"], unique=False)
    op.add_column("reminder_rules", sa.Column("sms_beside", sa.Boolean(), server_default=sa.false(), nullable=False))
