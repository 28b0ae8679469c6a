"""Of what a measure is asked: with a booking, or of the patient alone. The few things in which the two differ."""

from dataclasses import dataclass
from uuid import UUID

from server.audit.rules import Entry
from server.booking.rules import BookingCard
from server.house import House
from server.patients.merging.store import kept_of
from server.patients.rules import called
from server.patients.space.door import Open


@dataclass(frozen=True)
class Alone:
    """A patient who is asked without a booking, in their own space."""

    clinic_id: UUID
    patient_id: UUID


Occasion = BookingCard | Alone


async def now_named(house: House, space: Open, patient_id: UUID) -> UUID:
    """The patient whom a page of this space named so, though their record was merged into another since."""
    if patient_id in space.whole:
        return patient_id
    return await house.db.read(lambda db: kept_of(db, space.clinic_id, patient_id))


def therapist_of(of: Occasion) -> str:
    """The first name of who meets them for it; '' where nobody does."""
    return called(of.therapist_name) if isinstance(of, BookingCard) else ""


async def tell(house: House, of: Occasion, *, widely: bool = True) -> None:
    """Pages that show this booking look again; `widely`: those of the clinic's day too."""
    if isinstance(of, BookingCard):
        await house.live.changed(f"visit:{of.public_id}")
    if widely:
        await house.live.changed(f"day:{of.clinic_id}")


def entry_of(of: Occasion, action: str, key: str, **detail: object) -> Entry:
    """That something was answered, and how much of it; never what."""
    found = {"measure": key, **detail}
    about = ("booking", of.id) if isinstance(of, BookingCard) else ("patient", of.patient_id)
    return Entry(of.clinic_id, action, *about, "patient", of.patient_id, found)
