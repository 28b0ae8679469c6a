"""What a booking keeps of how and where both meet, sealed with the patient's key."""

import json
from dataclasses import asdict, dataclass, field
from uuid import UUID

from server.booking.rules import BookingCard
from server.clinic.licences.rules import Place as Where
from server.clinic.rules import Means
from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.patients.rules import Person


@dataclass(frozen=True)
class Meeting:
    """`number`: whom to call for a booking by phone. `where`: where the patient said that they will be."""

    number: str = field(default="", repr=False)
    where: Where = field(default=Where(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.number or self.where)


def sealed(key: Keyring, clinic_id: UUID, patient_id: UUID, booking_id: UUID, meeting: Meeting) -> bytes | None:
    """None where there is nothing to keep."""
    if not meeting:
        return None
    return seal(key, json.dumps(asdict(meeting)), _place(clinic_id, patient_id, booking_id))


def opened(key: Keyring, card: BookingCard) -> Meeting:
    """What was kept with a booking. Raises SealBroken."""
    if card.meeting_sealed is None:
        return Meeting()
    kept = json.loads(unseal(key, card.meeting_sealed, _place(card.clinic_id, card.patient_id, card.id)))
    return Meeting(kept["number"], Where(**kept["where"]))


async def meeting_of(house: House, card: BookingCard) -> Meeting:
    """The same for one booking; nothing is asked for where nothing is kept, or the key is gone."""
    if card.meeting_sealed is None:
        return Meeting()
    keys = await house.keys.patients(card.clinic_id, [card.patient_id])
    return opened(keys[card.patient_id], card) if card.patient_id in keys else Meeting()


def number_called(card: BookingCard, meeting: Meeting, person: Person | None) -> str:
    """Whom to call for a booking by phone: the number that was given for it, else the one on file. '' for others."""
    if card.means != Means.PHONE:
        return ""
    return meeting.number or (person.phone if person else "")


def _place(clinic_id: UUID, patient_id: UUID, booking_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "bookings", booking_id, "meeting")
