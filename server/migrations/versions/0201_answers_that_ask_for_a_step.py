"""Which answers of a step of a course ask for another one."""

import sqlalchemy as sa
from alembic import op

revision = "0201"
down_revision = "0200"


def upgrade() -> None:
    op.create_table(
        "course_asks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_asks_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_asks_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["course_entries.id"], name=op.f("fk_course_asks_entry_id_course_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_asks")),
        sa.UniqueConstraint("entry_id", "question", name=op.f("uq_course_asks_entry_id")),
    )
    op.create_index("ix_course_asks_course_id", "course_asks", ["course_id"], unique=False)
