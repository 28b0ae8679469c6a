"""What the patient of a visit said when they came in."""

from server.visit import store as visits
from server.visit.door import Knock
from server.visit.forms import Arrival
from server.visit.sealed import open_arrival


async def said_at_the_door(knocked: Knock) -> Arrival | None:
    """None before they came, and once their key is gone."""
    visit, card = knocked.visit, knocked.card
    if visit is None or not visit.has_arrival:
        return None
    blob = await knocked.house.db.read(lambda db: visits.arrival_blob(db, visit.id))
    key = (await knocked.house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)
    return open_arrival(key, card.clinic_id, visit.id, blob) if key else None
