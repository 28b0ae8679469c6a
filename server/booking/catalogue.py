"""What a clinic offers to whom: one value that the booking pages choose from. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.booking.forms import read_uuid
from server.clinic.practice import Practice
from server.clinic.rules import Clinic, Service, TherapistCard, slug_of
from server.templates import Brand

TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx"})


@dataclass(frozen=True)
class Catalogue:
    """A practice as far as somebody may book it."""

    practice: Practice
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]

    @property
    def clinic(self) -> Clinic:
        return self.practice.clinic

    @property
    def brand(self) -> Brand:
        return self.practice.brand

    def service(self, service_id: UUID | None) -> Service | None:
        """The service of this id, as long as it is offered."""
        return next((one for one in self.services if one.id == service_id), None)

    def named(self, asked: str) -> Service | None:
        """The service of this id, or of the word that `service_slugs` makes of its name."""
        by_id = read_uuid(asked)
        return self.service(by_id) if by_id or not asked else service_slugs(self.services).get(asked)

    def who(self, service: Service) -> list[TherapistCard]:
        """The therapists who offer the service."""
        offered = self.practice.offers.get(service.id, frozenset())
        return [card for card in self.therapists if card.staff_id in offered]

    def therapist(self, slug: str) -> TherapistCard | None:
        return next((card for card in self.therapists if card.slug == slug), None)

    def can_be_booked(self) -> list[Service]:
        """Services that somebody offers."""
        return [service for service in self.services if self.who(service)]


def for_public(practice: Practice) -> Catalogue:
    """What a visitor may book."""
    return Catalogue(practice, [one for one in practice.services if one.public and not one.hidden], _seen(practice))


def for_staff(practice: Practice, therapist_id: UUID | None = None) -> Catalogue:
    """What staff may book, services that are not published too; with a therapist, theirs alone."""
    cards = [card for card in _seen(practice) if therapist_id in (None, card.staff_id)]
    return Catalogue(practice, [one for one in practice.services if not one.hidden], cards)


def for_change(practice: Practice, service_id: UUID, therapist_id: UUID) -> Catalogue:
    """What a booking has, also when nobody else can book it any more."""
    services = [one for one in practice.services if one.id == service_id]
    cards = [card for card in practice.therapists if card.staff_id == therapist_id]
    return Catalogue(practice, services, cards)


def _seen(practice: Practice) -> list[TherapistCard]:
    return [card for card in practice.therapists if not card.hidden]


def called(name: str) -> str:
    """How a sentence names a therapist: 'Mara' of 'Mara Lind', but 'Dr Rao' of 'Dr. Anil Rao'."""
    words = name.split()
    if len(words) > 1 and words[0].rstrip(".").lower() in TITLES:
        return f"{words[0].rstrip('.')} {words[-1]}"
    return words[0] if words else name


def service_slugs(services: Sequence[Service]) -> Mapping[str, Service]:
    """A word for each service, made from its name; a number follows where two are alike. What the staff alone book
    comes last, so that the word of a public service names the same for who shows a key."""
    found: dict[str, Service] = {}
    for service in sorted(services, key=lambda one: not one.public):
        found[slug_of(service.name, found)] = service
    return found
