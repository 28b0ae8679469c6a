"""A person as far as somebody of the staff may see them, and the trace that is left by looking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Viewer
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import bookings_of
from server.booking.forms import read_uuid
from server.booking.led import led_by
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.patients.merging import store as merges
from server.patients.rules import Person


@dataclass(frozen=True)
class Known:
    """A person with their bookings, earliest first, as far as the viewer may see them."""

    person: Person = field(repr=False)
    cards: Sequence[BookingCard] = field(repr=False)


async def asked_for(request: Request, clinic: Clinic) -> tuple[UUID, UUID]:
    """The id of the address, and the record it leads to. Raises NotFound."""
    asked = read_uuid(request.path_params["patient_id"])
    if asked is None:
        raise NotFound()
    return asked, await house_of(request).db.read(lambda db: merges.kept_of(db, clinic.id, asked))


async def known_person(house: House, viewer: Viewer, clinic: Clinic, patient_id: UUID) -> Known:
    """The person with their bookings. Raises NotFound for whom the viewer may not see; that they tried is noted."""
    led = led_by(viewer)
    cards = await house.db.read(lambda db: bookings_of(db, clinic.id, patient_id, led))
    person = (await patients.people(house.db, house.keys, clinic.id, [patient_id])).get(patient_id)
    if person is None or (led is not None and not cards):
        await person_seen(house, viewer, clinic, "patient.refused", patient_id, others=-1)
        raise NotFound()
    return Known(person, cards)


async def person_seen(
    house: House, viewer: Viewer, clinic: Clinic, action: str, patient_id: UUID, *, others: int = 0
) -> None:
    """One entry for one page view about this person."""
    detail = {"patients": 1 + others, "patient": patient_id.hex}
    entry = Entry(clinic.id, action, "patient", patient_id, "staff", viewer.staff_id, detail)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)
