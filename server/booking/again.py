"""Booking again: whoever holds the link of an earlier booking books for the same patient, and is not asked twice.

The link is the proof. A name or a mail address would be a hint alone: families share them.
"""

from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request

from server.booking.door import card_in_space, card_of_token
from server.booking.links import told_token
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person


@dataclass(frozen=True)
class Returning:
    """Who comes again, and with whom they were."""

    public_id: str
    clinic_id: UUID
    therapist_id: UUID
    person: Person = field(repr=False)


def of_clinic(known: Returning | None, clinic_id: UUID) -> Returning | None:
    """Who comes again, as far as they were at this clinic."""
    return known if known and known.clinic_id == clinic_id else None


async def returning(house: House, request: Request, public_id: str) -> Returning | None:
    """The patient of an earlier booking whose link this browser holds, as long as the link is good."""
    token = told_token(house.settings, request.cookies, f"/visit/{public_id}") if public_id else None
    card = await card_of_token(house, token) if token else None
    if public_id and (card is None or card.public_id != public_id):
        card = await card_in_space(house, request, f"/visit/{public_id}")
    if card is None:
        return None
    known = await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id])
    person = known.get(card.patient_id)
    return Returning(public_id, card.clinic_id, card.therapist_id, person) if person else None
