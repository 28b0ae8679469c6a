"""'Somebody is here': the desk or a therapist puts a person into the line now, by a first name alone if need be."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.booking import desk, forms
from server.booking.catalogue import Catalogue, for_staff
from server.booking.desk import Order
from server.booking.forms import Problem, Problems, WalkIn
from server.booking.led import by_of, led_by, own_clinic
from server.booking.requests import text_fields
from server.booking.rules import Wish
from server.booking.walk_in.adding import take_in
from server.booking.walk_in.rules import NO_TIME, shut
from server.clinic.opening.rules import Door
from server.clinic.opening.store import opening_of
from server.clinic.practice import practice_of
from server.clinic.rules import Clinic, Means, Service, TherapistCard
from server.errors import NotFound
from server.house import House, house_of
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

TYPED = ("name", "mail", "phone", "service", "therapist")


@dataclass(frozen=True)
class WalkInPage:
    """booking/walk_in.html; `door`: the clinic is closed, and perhaps when it opens."""

    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    door: Door | None
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    once: str = field(repr=False)


@dataclass(frozen=True)
class _Offer:
    clinic: Clinic
    catalogue: Catalogue
    door: Door | None

    @property
    def therapists(self) -> list[TherapistCard]:
        """Who could meet somebody now, in order of name."""
        offered = {card for service in self.catalogue.services for card in self.catalogue.who(service)}
        return sorted(offered, key=lambda card: card.name)


async def walk_in_page(request: Request) -> Response:
    """`GET /staff/walk-in`."""
    return _show(request, await _offer(request), {}, {}, 200)


async def walk_in(request: Request) -> Response:
    """`POST /staff/walk-in`: 303 to the link on paper; 409 while the clinic is closed, 422 with what was typed."""
    house, viewer = house_of(request), viewer_of(request)
    fields, offer = await text_fields(request), await _offer(request)
    if offer.door:
        return _show(request, offer, fields, {}, 409)
    said = forms.parse_walk_in(fields, offer.clinic.country)
    chosen = _chosen(offer, fields)
    if not isinstance(said, WalkIn) or chosen is None:
        problems: Problems = {} if isinstance(said, WalkIn) else said
        more: Problems = {} if chosen else {"therapist": Problem.NOT_OFFERED}
        return _show(request, offer, fields, problems | more, 422)
    made = await take_in(house, _order(offer.clinic, *chosen, said), by_of(viewer))
    return RedirectResponse(f"/staff/bookings/{made.card.public_id}/print?notice=came-in", 303)


def _order(clinic: Clinic, service: Service, therapist: TherapistCard, said: WalkIn) -> Order:
    person = Person(
        id=desk.NOBODY,
        name=said.name,
        mail=said.contact.mail,
        phone=said.contact.phone,
        language=clinic.language,
        zone=clinic.zone.key,
    )
    wish = Wish(NO_TIME, therapist.staff_id)
    return Order(clinic, service, {}, wish, person, once=said.once, agreed=False, walks_in=True)


def _chosen(offer: _Offer, fields: Mapping[str, str]) -> tuple[Service, TherapistCard] | None:
    """What for and with whom; None when this therapist does not offer this."""
    service = offer.catalogue.named(fields.get("service", ""))
    therapist = next((one for one in offer.therapists if one.slug == fields.get("therapist", "")), None)
    if service is None or therapist is None or therapist not in offer.catalogue.who(service):
        return None
    return service, therapist


async def _offer(request: Request) -> _Offer:
    """What the viewer may choose from; a therapist takes in for themselves alone."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    return await house.db.read(lambda db: _load(db, house, viewer, clinic))


async def _load(db: AsyncSession, house: House, viewer: Viewer, clinic: Clinic) -> _Offer:
    practice = await practice_of(db, clinic.id)
    if practice is None:
        raise NotFound()
    now = house.clock()
    known = for_staff(practice, led_by(viewer))
    known = replace(known, services=[one for one in known.services if Means.VIDEO in one.means])
    return _Offer(clinic, known, shut(await opening_of(db, clinic, now), now))


def _show(request: Request, offer: _Offer, fields: Mapping[str, str], problems: Problems, status: int) -> Response:
    context = WalkInPage(
        services=offer.catalogue.can_be_booked(),
        therapists=offer.therapists,
        door=offer.door,
        typed={name: fields.get(name, "") for name in TYPED},
        problems={name: problems.get(name) for name in TYPED},
        once=fields.get("once") or secrets.token_urlsafe(18),
    )
    return render(request, "booking/walk_in.html", context, status=status)


routes: list[GuardedRoute] = [
    page("/staff/walk-in", walk_in_page, Action.BOOKINGS),
    page("/staff/walk-in", walk_in, Action.BOOKINGS, ("POST",)),
]
