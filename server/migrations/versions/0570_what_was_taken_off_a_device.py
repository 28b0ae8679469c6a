"""What a device held and the clinic never kept as a reading, taken off it with a reason."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0570"
down_revision = "0600"


def upgrade() -> None:
    op.create_table(
        "course_unkept",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("clinic_id", sa.Uuid(), sa.ForeignKey("clinics.id"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id"), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("never", sa.String(8), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", Instant(timezone=True), nullable=False),
    )
    op.create_index("ix_course_unkept_course_id", "course_unkept", ["course_id"])
