"""What the patient of a visit shares of their days, beside the picture."""

from dataclasses import dataclass, field

from server.journal.mood.staff import Shared, shared_of
from server.visit.door import Knock


@dataclass(frozen=True)
class DaysBeside:
    """visit/parts/days_beside.html"""

    patient_id: str
    shared: Shared = field(repr=False)


async def days_beside(knocked: Knock) -> DaysBeside | None:
    """None where nothing is shared."""
    card, today = knocked.card, knocked.now.astimezone(knocked.clinic.zone).date()
    shared = await shared_of(knocked.house, card.clinic_id, card.patient_id, today)
    return DaysBeside(str(card.patient_id), shared) if shared.seen else None
