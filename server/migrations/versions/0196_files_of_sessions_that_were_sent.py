"""Which files of sessions somebody has sent."""

import sqlalchemy as sa
from alembic import op

import server.db
from server.programmes.guards import every

revision = "0196"
down_revision = "0211"


def upgrade() -> None:
    op.create_table(
        "course_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("export", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_course_exports_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_exports_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_exports")),
        sa.UniqueConstraint("course_id", "export", "session", name=op.f("uq_course_exports_course_id")),
    )
    for statement in every(op.get_bind().dialect.name, ["course_exports"]):
        op.execute(statement)
