"""What services ask before the visit."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0061"
down_revision = "0063"


def upgrade() -> None:
    op.create_table(
        "intake_forms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("at_booking", sa.Boolean(), nullable=False),
        sa.Column("each_time", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_intake_forms_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_intake_forms_service_id_services")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_forms")),
        sa.UniqueConstraint("service_id", "number", name=op.f("uq_intake_forms_service_id")),
    )
    op.create_table(
        "intake_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("done_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_intake_answers_booking_id_bookings")),
        sa.ForeignKeyConstraint(["form_id"], ["intake_forms.id"], name=op.f("fk_intake_answers_form_id_intake_forms")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_intake_answers_service_id_services")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_answers")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_intake_answers_booking_id")),
    )
    op.add_column("services", sa.Column("intake_id", sa.Uuid(), nullable=True))
