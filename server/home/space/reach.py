"""Whose a space is, as a message reaches them: the patient, or who acts for them."""

from uuid import UUID

from server.booking.acting.told import in_place_of
from server.house import House
from server.patients import store as patients
from server.patients.acting.store import acting_for
from server.patients.rules import Person


async def reached(house: House, clinic_id: UUID, patient_id: UUID, helper_id: UUID | None) -> Person | None:
    """None for whose key was destroyed, and who acts for them no more. Never within a unit."""
    person = (await patients.people(house.db, house.keys, clinic_id, [patient_id])).get(patient_id)
    if person is None or helper_id is None:
        return person
    acting = await acting_for(house.db, house.keys, clinic_id, patient_id)
    helper = next((one for one in acting.helpers if one.id == helper_id), None)
    return in_place_of(person, helper) if helper else None
