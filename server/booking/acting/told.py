"""Who is told about the times of one patient: they themselves, who acts for them, or both."""

from collections.abc import Sequence

from server.clinic.rules import Clinic
from server.house import House
from server.patients.acting.rules import Helper, told
from server.patients.acting.store import acting_for, rules_of
from server.patients.rules import Person


async def told_about(house: House, clinic: Clinic, patient: Person) -> tuple[bool, Sequence[Helper]]:
    """Whether the patient is, and which helpers; where nobody acts for anybody nothing is read. Never within a unit."""
    if not clinic.acting:
        return True, ()
    known = await acting_for(house.db, house.keys, clinic.id, patient.id)
    rules = await house.db.read(lambda db: rules_of(db, clinic.id))
    day = house.clock().astimezone(clinic.zone).date()
    return told(rules, known.arranged, known.helpers, day, reached=bool(patient.mail or patient.phone))
