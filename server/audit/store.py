"""Writing the audit: a row at once, in the transaction of what it tells of; and reading what was done to somebody."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.tables import AuditEntry
from server.plain import later


def note(db: AsyncSession, entry: Entry, now: datetime) -> None:
    """Add one entry at the end of the running transaction; the sealing loop chains it later."""
    values = {
        "id": uuid4(),
        "clinic_id": entry.clinic_id,
        "at": now,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "detail": dict(entry.detail),
    }
    later(db, AuditEntry, values)


async def seen_of(
    db: AsyncSession, clinic_id: UUID, subjects: Collection[UUID], actions: Collection[str], limit: int
) -> list[tuple[datetime, UUID | None, str, Mapping[str, object]]]:
    """What staff did to these subjects, the newest first: (when, who, action, detail)."""
    asked = select(AuditEntry.at, AuditEntry.actor_id, AuditEntry.action, AuditEntry.detail).where(
        AuditEntry.subject_id.in_(subjects),
        AuditEntry.clinic_id == clinic_id,
        AuditEntry.actor_kind == "staff",
        AuditEntry.action.in_(actions),
    )
    rows = await db.execute(asked.order_by(AuditEntry.at.desc(), AuditEntry.id).limit(limit))
    return [(at, who, action, detail) for at, who, action, detail in rows]


async def noted(db: AsyncSession, entry: Entry) -> bool:
    """Whether this person has left the same entry about the same subject before."""
    asked = select(AuditEntry.detail).where(
        AuditEntry.subject_id == entry.subject_id,
        AuditEntry.actor_id == entry.actor_id,
        AuditEntry.action == entry.action,
    )
    return dict(entry.detail) in (await db.scalars(asked)).all()
