"""When somebody asked for help now and what they said, as plain data that goes along with their record: for themselves.
What staff noted at its end stays with staff.
"""

from typing import Any
from uuid import UUID

from server.house import House
from server.support import store
from server.support.sealed import open_said


async def asks_data(house: House, clinic_id: UUID, patient_id: UUID) -> list[dict[str, Any]]:
    """Each time, the oldest first; times are ISO 8601. Raises SealBroken."""
    asks = await house.db.read(lambda db: store.asks_of(db, clinic_id, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if asks else None
    if key is None:
        return []
    return [
        {
            "id": str(one.id),
            "asked_at": one.asked_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "outcome": one.outcome,
            "safe": said.safe,
            "way": one.way,
            **{name: getattr(said, name) for name in ("place", "country", "region", "number", "topic")},
        }
        for one in asks
        for said in [open_said(key, clinic_id, one.id, one.said)]
    ]
