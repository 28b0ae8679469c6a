"""When the bookings of one service are reminded, where that is not as the clinic says for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.reminders import store
from server.booking.reminders.forms import Own, own_fields, parse_own
from server.booking.reminders.store import MINUTE
from server.clinic import store as clinics
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Service
from server.clinic.sheet import Fields, Reason
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

BASE = "/staff/clinic/bookings/reminders"


@dataclass(frozen=True)
class OwnReminders:
    """The context of booking/staff_reminders_own.html; `usual`: what the clinic says for all."""

    service: Service
    usual: Sequence[timedelta]
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class _Found:
    service: Service
    usual: tuple[timedelta, ...]
    spans: tuple[timedelta, ...] | None


async def own_page(request: Request) -> Response:
    """`GET /staff/clinic/bookings/reminders/{service}`. Raises NotFound."""
    found = await _find(request)
    return _show(request, found, own_fields(found.spans, found.usual), {})


async def keep_own(request: Request) -> Response:
    """`POST` of the same: what is booked already follows it. Raises NotFound."""
    house, viewer, found = house_of(request), viewer_of(request), await _find(request)
    fields = await form_of(request)
    own = parse_own(fields)
    if not isinstance(own, Own):
        return _show(request, found, fields, own)
    spans, clinic_id = own.spans, clinic_id_of(viewer)
    minutes = None if spans is None else [span // MINUTE for span in spans]

    async def work(db: AsyncSession) -> None:
        await store.set_own_spans(db, clinic_id, found.service.id, spans)
        detail = {"before_minutes": minutes}
        note(db, entry_of(viewer, "reminders.changed", "service", found.service.id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{BASE}?notice=kept", 303)


async def _find(request: Request) -> _Found:
    """The service of the address, if it is this clinic's. Raises NotFound."""
    clinic_id, service_id = clinic_id_of(viewer_of(request)), UUID(str(request.path_params["service"]))

    async def work(db: AsyncSession) -> _Found | None:
        services = await clinics.services(db, clinic_id)
        service = next((one for one in services if one.id == service_id), None)
        if service is None:
            return None
        own = await store.own_spans(db, clinic_id)
        return _Found(service, (await store.rules_of(db, clinic_id)).before, own.get(service_id))

    found = await house_of(request).db.read(work)
    if found is None:
        raise NotFound()
    return found


def _show(request: Request, found: _Found, fields: Fields, reasons: Mapping[str, Reason]) -> Response:
    context = OwnReminders(found.service, found.usual, fields, reasons)
    return render(request, "booking/staff_reminders_own.html", context, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(BASE + "/{service:uuid}", own_page, Action.CLINIC, name="own_reminders"),
    page(BASE + "/{service:uuid}", keep_own, Action.CLINIC, methods=("POST",), name="keep_own_reminders"),
]
