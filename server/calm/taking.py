"""What a patient did to calm down, as plain data that goes along with their record: for themselves."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from server.calm import store
from server.house import House

EVERY = 100_000


async def practice_data(house: House, patient_id: UUID) -> list[dict[str, Any]]:
    """Each exercise with the seconds that were really spent in it, the oldest first; times are ISO 8601. Calm and mood
    before and after a meditation, 0 to 10, are None where nothing was said.
    """
    done = await house.db.read(lambda db: store.kept(db, patient_id, EVERY))
    return [
        {
            "id": str(one.id),
            "exercise": one.exercise,
            "seconds": one.seconds,
            "at": one.at.isoformat(),
            **asdict(one.ratings),
        }
        for one in reversed(done)
    ]
