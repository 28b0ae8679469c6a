"""A course that goes on keeps its patient's record open to who began it, also where it began before courses did so;
whoever ever chose by themselves has chosen.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0581"
down_revision = "0580"

COURSES = sa.table(
    "courses",
    *(sa.column(name, sa.Uuid()) for name in ("clinic_id", "patient_id", "by_id")),
    sa.column("ended_at", Instant()),
)
KEEPS = sa.table(
    "care_keeps",
    *(sa.column(name, sa.Uuid()) for name in ("id", "clinic_id", "patient_id", "staff_id")),
    sa.column("kept", sa.Boolean()),
    sa.column("at", Instant()),
)
AUDIT = sa.table(
    "audit_entries",
    *(sa.column(name, sa.Uuid()) for name in ("id", "clinic_id", "actor_id", "subject_id")),
    *(sa.column(name, sa.String()) for name in ("actor_kind", "action", "subject_kind")),
    sa.column("detail", sa.JSON()),
    sa.column("at", Instant()),
)


def upgrade() -> None:
    keep_open(op.get_bind(), datetime.now(UTC))


def keep_open(connection: sa.Connection, now: datetime) -> None:
    """Again is the same: the records that are kept by then are left alone."""
    chose = sa.and_(KEEPS.c.patient_id == COURSES.c.patient_id, KEEPS.c.staff_id == COURSES.c.by_id)
    asked = sa.select(COURSES.c.clinic_id, COURSES.c.patient_id, COURSES.c.by_id).distinct()
    asked = asked.where(COURSES.c.ended_at.is_(None), ~sa.exists().where(chose))
    for clinic_id, patient_id, by_id in connection.execute(asked).all():
        whose = {"clinic_id": clinic_id, "patient_id": patient_id, "staff_id": by_id}
        connection.execute(sa.insert(KEEPS).values(id=uuid4(), **whose, kept=True, at=now))
        entry = {"actor_kind": "system", "action": "record.kept_open", "subject_kind": "patient"}
        about = {"clinic_id": clinic_id, "subject_id": patient_id, "detail": {"kept": True, "staff": by_id.hex}}
        connection.execute(sa.insert(AUDIT).values(id=uuid4(), at=now, **entry, **about))
