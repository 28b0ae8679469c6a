"""Entries of a course are found by their session, so that the board reads the open ones alone."""

from alembic import op

revision = "0225"
down_revision = "0220"


def upgrade() -> None:
    op.create_index("ix_course_entries_session", "course_entries", ["course_id", "session"])
