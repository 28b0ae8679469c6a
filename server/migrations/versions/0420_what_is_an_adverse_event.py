"""Which entries of a course are an adverse event, by the words of its programme."""

import sqlalchemy as sa
from alembic import op

revision = "0420"
down_revision = "0400"


def upgrade() -> None:
    op.create_table(
        "course_adverse",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_adverse_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_adverse_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["course_entries.id"], name=op.f("fk_course_adverse_entry_id_course_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_course_adverse")),
    )
    op.create_index("ix_course_adverse_course_id", "course_adverse", ["course_id"], unique=False)
