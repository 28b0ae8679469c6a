"""What a booking, or a place on the waiting list, keeps of how and where both meet, sealed with the patient's key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol
from uuid import UUID

from server.booking.rules import BookingCard
from server.clinic.licences.rules import Place as Where
from server.clinic.rules import Means
from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.patients.rules import Person

BOOKINGS = "bookings"


@dataclass(frozen=True)
class Meeting:
    """`number`: whom to call for a booking by phone. `where`: where the patient said that they will be."""

    number: str = field(default="", repr=False)
    where: Where = field(default=Where(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.number or self.where)


class Keeps(Protocol):
    """A row that may keep it: a booking, or a place on the waiting list."""

    @property
    def id(self) -> UUID: ...
    @property
    def clinic_id(self) -> UUID: ...
    @property
    def patient_id(self) -> UUID: ...
    @property
    def meeting_sealed(self) -> bytes | None: ...


def sealed(
    key: Keyring, clinic_id: UUID, patient_id: UUID, row_id: UUID, meeting: Meeting, table: str = BOOKINGS
) -> bytes | None:
    """None where there is nothing to keep."""
    if not meeting:
        return None
    return seal(key, json.dumps(asdict(meeting)), _place(clinic_id, patient_id, row_id, table))


def opened(key: Keyring, card: Keeps, table: str = BOOKINGS) -> Meeting:
    """What was kept with a booking, or in a row of another table. Raises SealBroken."""
    if card.meeting_sealed is None:
        return Meeting()
    kept = json.loads(unseal(key, card.meeting_sealed, _place(card.clinic_id, card.patient_id, card.id, table)))
    return Meeting(kept["number"], Where(**kept["where"]))


async def meeting_of(house: House, card: Keeps, table: str = BOOKINGS) -> Meeting:
    """The same for one row; nothing is asked for where nothing is kept, or the key is gone."""
    return (await meetings_of(house, card.clinic_id, [card], table))[card.id]


async def meetings_of(
    house: House, clinic_id: UUID, cards: Sequence[Keeps], table: str = BOOKINGS
) -> Mapping[UUID, Meeting]:
    """Of each of these rows what it keeps, by its id. Never within a unit."""
    kept = {card.patient_id for card in cards if card.meeting_sealed is not None}
    keys = await house.keys.patients(clinic_id, kept) if kept else {}
    return {
        card.id: opened(keys[card.patient_id], card, table) if card.patient_id in keys else Meeting() for card in cards
    }


def number_called(card: BookingCard, meeting: Meeting, person: Person | None) -> str:
    """Whom to call for a booking by phone: the number that was given for it, else the one on file. '' for others."""
    if card.means != Means.PHONE:
        return ""
    return meeting.number or (person.phone if person else "")


def _place(clinic_id: UUID, patient_id: UUID, row_id: UUID, table: str = BOOKINGS) -> Place:
    return Place(clinic_id, patient_id, table, row_id, "meeting")
