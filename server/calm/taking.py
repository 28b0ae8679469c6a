"""What a patient did to calm down, as plain data that goes along with their record: for themselves."""

from typing import Any
from uuid import UUID

from server.calm import store
from server.house import House

EVERY = 100_000


async def practice_data(house: House, patient_id: UUID) -> list[dict[str, Any]]:
    """Each exercise with the seconds that were really spent in it, the oldest first; times are ISO 8601."""
    done = await house.db.read(lambda db: store.kept(db, patient_id, EVERY))
    return [
        {"id": str(one.id), "exercise": one.exercise, "seconds": one.seconds, "at": one.at.isoformat()}
        for one in reversed(done)
    ]
