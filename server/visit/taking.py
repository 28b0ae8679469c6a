"""What is known of each meeting, as plain data that goes along with a record: when it was, and what its patient said at
the door. A therapist's private note is never among it.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from server.house import House
from server.visit import store
from server.visit.sealed import open_arrival


async def visits_data(house: House, clinic_id: UUID, patient_id: UUID) -> list[dict[str, Any]]:
    """Each one to which somebody came, or that was missed, the oldest first; times are ISO 8601. Raises SealBroken."""
    held = await house.db.read(lambda db: store.held_for(db, clinic_id, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if held else None
    if key is None:
        return []
    return [
        {
            "id": str(one.id),
            "booking": str(one.booking_id),
            "arrived_at": _said(one.arrived_at),
            "began_at": _said(one.started_at),
            "ended_at": _said(one.ended_at),
            "outcome": one.outcome,
            "at_the_door": asdict(said) if (said := open_arrival(key, clinic_id, one.id, one.arrival)) else None,
        }
        for one in held
    ]


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
