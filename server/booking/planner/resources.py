"""What else than a therapist an appointment can hold: rooms, chairs and coils, as columns of a day.

A claim of theirs beside the therapist's is all that the calendar needs.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.planner.rules import Column
from server.clinic.resources.store import kinds


async def resources_of(db: AsyncSession, clinic_id: UUID) -> Sequence[Column]:
    """The clinic's units in its own order, without retired ones; their ids are those of their claims."""
    return [Column(str(unit.id), unit.name) for kind in await kinds(db, clinic_id) for unit in kind.usable]
