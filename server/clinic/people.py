"""Therapists as the public pages show them: their line, their order, and who of the staff can be booked at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role, Viewer
from server.accounts.team import store as team
from server.accounts.team.rules import Person
from server.audit.store import note
from server.clinic import forms, store
from server.clinic.freed import time_freed
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic, TherapistCard, slug_of
from server.clinic.sheet import Reason
from server.clinic.tongues import Tongue, tongues
from server.errors import NotFound
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class TherapistList:
    """clinic/therapists.html"""

    cards: Sequence[TherapistCard]
    others: Sequence[Person]


@dataclass(frozen=True)
class TherapistPage:
    """clinic/therapist.html"""

    card: TherapistCard
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    tongues: Sequence[Tongue]


async def therapist_list(request: Request) -> Response:
    """Who is shown, in which order, and which therapists of the team cannot be booked yet."""
    house, viewer = house_of(request), viewer_of(request)
    cards, others = await house.db.read(lambda db: _people(db, clinic_id_of(viewer)))
    return render(request, "clinic/therapists.html", TherapistList(cards, others))


async def therapist_page(request: Request) -> Response:
    """One therapist. Raises NotFound."""
    card, others = await _card(house_of(request), viewer_of(request), request.path_params["therapist"])
    return render(request, "clinic/therapist.html", TherapistPage(card, Typed(forms.card_fields(card)), {}, others))


async def change_therapist(request: Request) -> Response:
    """Keep how somebody is shown, and how much they take on. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    card, others = await _card(house, viewer, request.path_params["therapist"])
    parsed = forms.parse_card(card, fields, [one.tag for one in others])
    if not isinstance(parsed, TherapistCard):
        return render(request, "clinic/therapist.html", TherapistPage(card, fields, parsed, others), status=422)

    async def work(db: AsyncSession) -> None:
        await store.change_therapist(db, clinic_id_of(viewer), parsed, house.clock())
        entry = entry_of(viewer, "therapist.changed", "therapist", card.staff_id, {"hidden": parsed.hidden})
        note(db, entry, house.clock())
        time_freed(db, clinic_id_of(viewer), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic/therapists?notice=kept", 303)


async def move_up(request: Request) -> Response:
    """Show a therapist one place earlier. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, slug = clinic_id_of(viewer), request.path_params["therapist"]

    async def work(db: AsyncSession) -> None:
        cards = await store.therapists(db, clinic_id, hidden=True)
        order = [card.staff_id for card in cards]
        place = next((number for number, card in enumerate(cards) if card.slug == slug), None)
        if place is None:
            raise NotFound()
        order.insert(max(place - 1, 0), order.pop(place))
        await store.order_therapists(db, clinic_id, order)
        note(db, entry_of(viewer, "therapist.moved_up", "therapist", cards[place].staff_id, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic/therapists", 303)


async def make_bookable(request: Request) -> Response:
    """Give a therapist of the team a public page and every service. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, staff_id = clinic_id_of(viewer), request.path_params["staff"]

    async def work(db: AsyncSession) -> None:
        cards, others = await _people(db, clinic_id)
        person = next((one for one in others if one.id == staff_id), None)
        if person is None:
            raise NotFound()
        card = TherapistCard(person.id, slug_of(person.name, {card.slug for card in cards}), person.name, "")
        await store.add_therapist(db, clinic_id, card)
        offers = await store.offers(db, clinic_id)
        for service in await store.services(db, clinic_id, hidden=True):
            await store.offer(db, service.id, [*offers.get(service.id, ()), card.staff_id])
        note(db, entry_of(viewer, "therapist.added", "therapist", card.staff_id, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic/therapists?notice=made-bookable", 303)


async def _people(db: AsyncSession, clinic_id: UUID) -> tuple[list[TherapistCard], list[Person]]:
    """Everybody with a public page, and the therapists of the team without one."""
    cards = await store.therapists(db, clinic_id, hidden=True)
    shown = {card.staff_id for card in cards}
    staff = await team.team(db, clinic_id)
    others = [one for one in staff if Role.THERAPIST in one.roles and not one.disabled and one.id not in shown]
    return cards, others


async def _card(house: House, viewer: Viewer, slug: str) -> tuple[TherapistCard, Sequence[Tongue]]:
    """Somebody of the clinic, and the other languages in which they may be described. Raises NotFound."""

    async def work(db: AsyncSession) -> tuple[list[TherapistCard], Clinic | None]:
        clinic_id = clinic_id_of(viewer)
        return await store.therapists(db, clinic_id, hidden=True), await store.clinic_of(db, clinic_id)

    cards, clinic = await house.db.read(work)
    card = next((card for card in cards if card.slug == slug), None)
    if card is None:
        raise NotFound()
    return card, tongues(clinic) if clinic else ()


routes = [
    page("/staff/clinic/therapists", therapist_list, Action.CLINIC),
    page("/staff/clinic/therapists/{staff:uuid}/bookable", make_bookable, Action.CLINIC, methods=("POST",)),
    page("/staff/clinic/therapists/{therapist}", therapist_page, Action.CLINIC),
    page("/staff/clinic/therapists/{therapist}", change_therapist, Action.CLINIC, methods=("POST",)),
    page("/staff/clinic/therapists/{therapist}/up", move_up, Action.CLINIC, methods=("POST",)),
]
