"""Where therapists may treat: one's own list, and for admins everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, Viewer, may
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.freed import time_freed
from server.clinic.licences import store
from server.clinic.licences.forms import parse_licence
from server.clinic.licences.rules import SOON, Licence
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic, TherapistCard
from server.clinic.sheet import Reason
from server.countries import country_names
from server.errors import NotFound
from server.house import House, house_of
from server.regions import regions
from server.routing import page, viewer_of
from server.templates import language_of, render


@dataclass(frozen=True)
class LicenceList:
    """clinic/licences.html"""

    cards: Sequence[TherapistCard]
    licences: Mapping[UUID, Sequence[Licence]]


@dataclass(frozen=True)
class LicencePage:
    """clinic/licences_of.html; `soon` is the day up to which a licence is said to end soon."""

    card: TherapistCard
    own: bool
    licences: Sequence[Licence]
    today: date
    soon: date
    countries: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class _Found:
    clinic: Clinic
    cards: Sequence[TherapistCard]
    licences: Mapping[UUID, Sequence[Licence]]


async def licence_list(request: Request) -> Response:
    """Whose licences to look after; somebody with only their own is led there."""
    found = await _load(house_of(request), viewer_of(request))
    if len(found.cards) == 1:
        return RedirectResponse(f"/staff/clinic/licences/{found.cards[0].slug}", 303)
    return render(request, "clinic/licences.html", LicenceList(found.cards, found.licences))


async def licence_page(request: Request) -> Response:
    """One therapist's list, and a form for more. Raises NotFound."""
    found = await _load(house_of(request), viewer_of(request))
    return _show(request, found, _card(found, request), Typed(country=found.clinic.country), {})


async def add_licence(request: Request) -> Response:
    """Put a licence on the list. Raises NotFound, also for a colleague's list."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    found = await _load(house, viewer)
    card = _card(found, request)
    parsed = parse_licence(uuid4(), fields, country_names("en"), regions())
    if not isinstance(parsed, Licence):
        return _show(request, found, card, fields, parsed)

    async def work(db: AsyncSession) -> None:
        await store.add_licence(db, found.clinic.id, card.staff_id, parsed, viewer.staff_id, house.clock())
        detail = {"country": parsed.place.country, "region": parsed.place.region, "licence": parsed.id.hex}
        note(db, entry_of(viewer, "licence.added", "therapist", card.staff_id, detail), house.clock())
        time_freed(db, found.clinic.id, house.clock())

    await house.db.unit(work)
    return _back(card)


async def drop_licence(request: Request) -> Response:
    """Take a licence off the list; again is no mistake. Raises NotFound for a colleague's list."""
    house, viewer = house_of(request), viewer_of(request)
    found = await _load(house, viewer)
    card, licence_id = _card(found, request), request.path_params["licence"]

    async def work(db: AsyncSession) -> None:
        now: datetime = house.clock()
        if await store.drop_licence(db, found.clinic.id, card.staff_id, licence_id, viewer.staff_id, now):
            entry = entry_of(viewer, "licence.dropped", "therapist", card.staff_id, {"licence": licence_id.hex})
            note(db, entry, now)

    await house.db.unit(work)
    return _back(card)


async def _load(house: House, viewer: Viewer) -> _Found:
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> _Found:
        clinic = await clinics.clinic_of(db, clinic_id)
        if clinic is None:
            raise NotFound()
        cards = [card for card in await clinics.therapists(db, clinic_id, hidden=True) if _may_change(viewer, card)]
        return _Found(clinic, cards, await store.licences_of(db, clinic_id, [card.staff_id for card in cards]))

    return await house.db.read(work)


def _may_change(viewer: Viewer, card: TherapistCard) -> bool:
    return may(viewer, Action.LICENCES, Subject(clinic_id=viewer.clinic_id, therapist_id=card.staff_id))


def _card(found: _Found, request: Request) -> TherapistCard:
    slug = request.path_params["therapist"]
    card = next((one for one in found.cards if one.slug == slug), None)
    if card is None:
        raise NotFound()
    return card


def _back(card: TherapistCard) -> RedirectResponse:
    return RedirectResponse(f"/staff/clinic/licences/{card.slug}?notice=kept", 303)


def _show(
    request: Request, found: _Found, card: TherapistCard, fields: Mapping[str, str], reasons: Mapping[str, Reason]
) -> Response:
    today = house_of(request).clock().astimezone(found.clinic.zone).date()
    context = LicencePage(
        card=card,
        own=viewer_of(request).staff_id == card.staff_id,
        licences=found.licences[card.staff_id],
        today=today,
        soon=today + SOON,
        countries=country_names(language_of(request, clinics.brand(found.clinic))),
        regions=regions(),
        form=fields,
        reasons=reasons,
    )
    return render(request, "clinic/licences_of.html", context, status=422 if reasons else 200)


routes = [
    page("/staff/clinic/licences", licence_list, Action.LICENCES),
    page("/staff/clinic/licences/{therapist}", licence_page, Action.LICENCES),
    page("/staff/clinic/licences/{therapist}", add_licence, Action.LICENCES, methods=("POST",)),
    page("/staff/clinic/licences/{therapist}/{licence:uuid}/drop", drop_licence, Action.LICENCES, methods=("POST",)),
]
