"""Writing the audit: a row at once, in the transaction of what it tells of."""

from datetime import datetime
from uuid import uuid4

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
