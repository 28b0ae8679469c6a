"""What can be booked and with whom: services, who offers them, and how therapists are shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.audit.store import note
from server.clinic import service_forms, store
from server.clinic.freed import time_freed
from server.clinic.paying.least import by_card
from server.clinic.paying.rules import NO_PAYING, Paying, Way
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of, ticked
from server.clinic.resources.rules import Kind
from server.clinic.resources.store import kinds
from server.clinic.rules import Service, TherapistCard
from server.clinic.sheet import Reason
from server.clinic.tongues import Tongue, tongues
from server.errors import NotFound
from server.house import House, house_of
from server.money import ANY_AMOUNT, Amounts
from server.routing import page, viewer_of
from server.templates import render

NEW_SERVICE = {"name": "", "about": "", "minutes": "50", "before": "0", "after": "10", "public": "yes", "seats": "1"}
NEW_SERVICE |= {"by_video": "yes"}


@dataclass(frozen=True)
class ServiceList:
    """clinic/services.html; `unoffered`: what would be offered, and nobody gives."""

    services: Sequence[Service]
    unoffered: Sequence[Service]
    offers: Mapping[UUID, Collection[UUID]]
    cards: Sequence[TherapistCard]


@dataclass(frozen=True)
class ServicePage:
    """clinic/service.html"""

    service: Service | None
    cards: Sequence[TherapistCard]
    offered_by: Sequence[str]
    kinds: Sequence[Kind]
    needs: Collection[str]
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    currency: str
    card: Amounts
    tongues: Sequence[Tongue]


@dataclass(frozen=True)
class Offered:
    """What these pages load."""

    services: Sequence[Service]
    cards: Sequence[TherapistCard]
    offers: Mapping[UUID, Collection[UUID]]
    kinds: Sequence[Kind]
    paying: Paying
    tongues: Sequence[Tongue]

    @property
    def currency(self) -> str:
        return self.paying.currency

    @property
    def card(self) -> Amounts:
        """What a price has to be where it goes over a page of Stripe."""
        return by_card(self.currency) if self.paying.way is Way.STRIPE else ANY_AMOUNT


async def service_list(request: Request) -> Response:
    """Every service, also those not offered any more."""
    found = await _load(house_of(request), viewer_of(request))
    there = {card.staff_id for card in found.cards if not card.hidden and not card.left}
    alone = [one for one in found.services if not one.hidden and there.isdisjoint(found.offers.get(one.id, ()))]
    return render(request, "clinic/services.html", ServiceList(found.services, alone, found.offers, found.cards))


async def new_service(request: Request) -> Response:
    """An empty form; everybody offers a new service until somebody says otherwise."""
    found = await _load(house_of(request), viewer_of(request))
    everybody = [card.slug for card in found.cards]
    return render(
        request,
        "clinic/service.html",
        _shown(found, None, everybody, (), Typed(NEW_SERVICE), {}),
    )


async def service_page(request: Request) -> Response:
    """One service. Raises NotFound."""
    found = await _load(house_of(request), viewer_of(request))
    service = _service(found, request)
    offered_by = [card.slug for card in found.cards if card.staff_id in found.offers.get(service.id, ())]
    form = Typed(service_forms.service_fields(service, found.currency))
    needs = [str(kind_id) for kind_id in service.needs]
    return render(request, "clinic/service.html", _shown(found, service, offered_by, needs, form, {}))


async def keep_service(request: Request) -> Response:
    """Write a new or a changed service and who offers it. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    fields, slugs = await form_of(request), await ticked(request, "offered_by")
    found = await _load(house, viewer)
    stored = _service(found, request) if "service" in request.path_params else None
    needs = await ticked(request, "needs")
    languages, said = [one.tag for one in found.tongues], stored.said if stored else None
    service_id = stored.id if stored else uuid4()
    parsed = service_forms.parse_service(service_id, fields, found.currency, found.card, languages, said)
    if isinstance(parsed, Service) and service_forms.called_alike(parsed, found.services):
        parsed = {"name": Reason.SAME_NAME}
    if not isinstance(parsed, Service):
        context = _shown(found, stored, slugs, needs, fields, parsed)
        return render(request, "clinic/service.html", context, status=422)
    who = [card.staff_id for card in found.cards if card.slug in slugs]
    service = replace(parsed, needs=tuple(kind.id for kind in found.kinds if str(kind.id) in needs))
    await _write_service(house, viewer, service, who, is_new=stored is None)
    return RedirectResponse("/staff/clinic/services?notice=kept", 303)


def _shown(
    found: Offered,
    service: Service | None,
    offered_by: Sequence[str],
    needs: Collection[str],
    form: Mapping[str, str],
    reasons: Mapping[str, Reason],
) -> ServicePage:
    """The page of a service, or of a new one."""
    return ServicePage(
        service=service,
        cards=found.cards,
        offered_by=offered_by,
        kinds=found.kinds,
        needs=needs,
        form=form,
        reasons=reasons,
        currency=found.currency,
        card=found.card,
        tongues=found.tongues,
    )


async def _write_service(house: House, viewer: Viewer, service: Service, who: Sequence[UUID], *, is_new: bool) -> None:
    clinic_id, now = clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> None:
        if is_new:
            await store.add_service(db, clinic_id, service)
        else:
            await store.change_service(db, clinic_id, service, now)
        await store.offer(db, service.id, who)
        action = "service.added" if is_new else "service.changed"
        note(db, entry_of(viewer, action, "service", service.id, {"therapists": len(who)}), now)
        time_freed(db, clinic_id, now)

    await house.db.unit(work)


async def _load(house: House, viewer: Viewer) -> Offered:
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> Offered:
        clinic = await store.clinic_of(db, clinic_id)
        return Offered(
            services=await store.services(db, clinic_id, hidden=True),
            cards=await store.therapists(db, clinic_id, hidden=True),
            offers=await store.offers(db, clinic_id),
            kinds=await kinds(db, clinic_id),
            paying=clinic.paying if clinic else NO_PAYING,
            tongues=tongues(clinic) if clinic else (),
        )

    return await house.db.read(work)


def _service(found: Offered, request: Request) -> Service:
    asked = request.path_params["service"]
    service = next((one for one in found.services if one.id == asked), None)
    if service is None:
        raise NotFound()
    return service


routes = [
    page("/staff/clinic/services", service_list, Action.CLINIC),
    page("/staff/clinic/services/new", new_service, Action.CLINIC),
    page("/staff/clinic/services/new", keep_service, Action.CLINIC, methods=("POST",)),
    page("/staff/clinic/services/{service:uuid}", service_page, Action.CLINIC),
    page("/staff/clinic/services/{service:uuid}", keep_service, Action.CLINIC, methods=("POST",)),
]
