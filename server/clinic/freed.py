"""That somebody has more time than before: whoever waits for one may hear of it. What that means is not said here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox


def time_freed(db: AsyncSession, clinic_id: UUID, now: datetime) -> None:
    """In the caller's unit: hours, days off, rooms or whatever else bounds what can be booked changed."""
    outbox.add(db, "clinic.time_freed", {"clinic": str(clinic_id)}, now)
