"""What a clinic offers to whom: one value that the booking pages choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.clinic.rules import Clinic, Service, TherapistCard
from server.templates import Brand

TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx"})


@dataclass(frozen=True)
class Catalogue:
    """A clinic with its services and therapists, both in its own order."""

    clinic: Clinic
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    offers: Mapping[UUID, frozenset[UUID]]

    @property
    def brand(self) -> Brand:
        return clinics.brand(self.clinic)

    def service(self, service_id: UUID | None) -> Service | None:
        """The service of this id, as long as it is offered."""
        return next((one for one in self.services if one.id == service_id), None)

    def who(self, service: Service) -> list[TherapistCard]:
        """The therapists who offer the service."""
        offered = self.offers.get(service.id, frozenset())
        return [card for card in self.therapists if card.staff_id in offered]

    def therapist(self, slug: str) -> TherapistCard | None:
        return next((card for card in self.therapists if card.slug == slug), None)

    def can_be_booked(self) -> list[Service]:
        """Services that somebody offers."""
        return [service for service in self.services if self.who(service)]


async def catalogue_of(
    db: AsyncSession, clinic: Clinic, *, all_services: bool = False, hidden: bool = False
) -> Catalogue:
    """What is offered: to the public, or with `all_services` also what staff alone may book.

    `hidden` adds what is offered no more, for bookings that were made before.
    """
    services = await clinics.services(db, clinic.id, hidden=hidden)
    return Catalogue(
        clinic,
        [one for one in services if one.public or all_services],
        await clinics.therapists(db, clinic.id, hidden=hidden),
        await clinics.offers(db, clinic.id),
    )


def called(name: str) -> str:
    """How a sentence names a therapist: 'Mara' of 'Mara Lind', but 'Dr Rao' of 'Dr. Anil Rao'."""
    words = name.split()
    if len(words) > 1 and words[0].rstrip(".").lower() in TITLES:
        return f"{words[0].rstrip('.')} {words[-1]}"
    return words[0] if words else name
