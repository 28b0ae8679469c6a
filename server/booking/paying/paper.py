"""An invoice as a page shows and prints it. What the session was stands on it only where the clinic is not discreet."""

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying.store import Invoice
from server.booking.rules import BookingCard
from server.clinic.paying import store as payments
from server.clinic.rules import Clinic
from server.house import House
from server.patients import store as patients
from server.tongues import in_language


@dataclass(frozen=True)
class Paper:
    """What stands on an invoice. `what`: the service, '' where messages say nothing of why; `words`: the clinic's own,
    such as where the money goes to."""

    invoice: Invoice
    clinic: Clinic
    card: BookingCard
    name: str = field(repr=False)
    what: str = field(repr=False)
    words: str


async def paper_of(house: House, clinic: Clinic, card: BookingCard, invoice: Invoice, language: str) -> Paper:
    """All that stands on it, for who reads this language."""

    async def work(db: AsyncSession) -> str:
        return in_language(await payments.kept_of(db, clinic.id), language, clinic.own or language).words

    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    what = "" if clinic.discreet else card.service_name
    return Paper(invoice, clinic, card, person.name if person else "", what, await house.db.read(work))
