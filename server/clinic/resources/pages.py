"""Rooms and equipment: which there are, what they are called, when one is closed, and which is used no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.freed import time_freed
from server.clinic.met import by_what_it_met
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.resources import store
from server.clinic.resources.forms import Added, parse_closure, parse_kind, parse_new, parse_unit, unit_fields
from server.clinic.resources.rules import Closure, Kind, Unit
from server.clinic.rules import Clinic
from server.clinic.sheet import Fields, Reason
from server.errors import NotFound
from server.house import house_of
from server.routing import page, viewer_of
from server.templates import render

HERE = "/staff/clinic/resources"


@dataclass(frozen=True)
class ResourceList:
    """clinic/resources.html; `needed`: kind -> names of the services that need one of it."""

    kinds: Sequence[Kind]
    needed: Mapping[str, Sequence[str]]
    form: Fields
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class UnitPage:
    """clinic/resource.html: `form` and `reasons` of the unit itself, and those of the closure that is added."""

    unit: Unit
    kind: Kind
    ahead: Sequence[Closure]
    form: Fields
    reasons: Mapping[str, Reason]
    closing: Fields
    closing_reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class KindPage:
    """clinic/resource_kind.html"""

    kind: Kind
    form: Fields
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class _Found:
    clinic: Clinic
    kinds: Sequence[Kind]


async def resource_list(request: Request) -> Response:
    """`GET /staff/clinic/resources`: every unit by kind, and a form for one more."""
    return await _list(request, Typed(), {})


async def add_unit(request: Request) -> Response:
    """Keep a new unit, and its kind if the clinic had no such word."""
    house, viewer = house_of(request), viewer_of(request)
    fields, clinic_id = await form_of(request), clinic_id_of(viewer)
    found = await _load(request)
    parsed = parse_new((uuid4(), uuid4()), found.kinds, fields)
    if not isinstance(parsed, Added):
        return await _list(request, fields, parsed)

    async def work(db: AsyncSession) -> None:
        if parsed.new_kind:
            await store.add_kind(db, clinic_id, parsed.new_kind)
        await store.add_unit(db, clinic_id, parsed.unit)
        note(db, entry_of(viewer, "resource.added", "resource", parsed.unit.id, {}), house.clock())
        time_freed(db, clinic_id, house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def unit_page(request: Request) -> Response:
    """`GET /staff/clinic/resources/{unit}`. Raises NotFound."""
    return await _unit(request)


async def change_unit(request: Request) -> Response:
    """Keep its name, and whether it is used; what is booked in it stays, and is shown. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    unit, kind = _of(await _load(request), request)
    parsed = parse_unit(unit, kind.units, fields)
    if not isinstance(parsed, Unit):
        return await _unit(request, form=fields, reasons=parsed)

    async def work(db: AsyncSession) -> None:
        await store.change_unit(db, clinic_id_of(viewer), parsed, house.clock())
        entry = entry_of(viewer, "resource.changed", "resource", unit.id, {"retired": parsed.retired})
        note(db, entry, house.clock())
        time_freed(db, clinic_id_of(viewer), house.clock())

    await house.db.unit(work)
    return by_what_it_met(f"{HERE}?notice=kept")


async def close_unit(request: Request) -> Response:
    """Keep a closure; appointments in it are not touched, and shown. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    found = await _load(request)
    unit, _kind = _of(found, request)
    parsed = parse_closure(uuid4(), unit, found.clinic.zone, fields)
    if not isinstance(parsed, Closure):
        return await _unit(request, closing=fields, closing_reasons=parsed)

    async def work(db: AsyncSession) -> None:
        await store.close(db, found.clinic.id, unit.id, parsed.from_at, parsed.until_at)
        note(db, entry_of(viewer, "resource.closed", "resource", unit.id, {}), house.clock())

    await house.db.unit(work)
    return by_what_it_met(f"{HERE}/{unit.id}?notice=kept")


async def reopen_unit(request: Request) -> Response:
    """Take a closure back. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    unit, _kind = _of(await _load(request), request)

    async def work(db: AsyncSession) -> None:
        if not await store.drop_closure(db, clinic_id_of(viewer), unit.id, request.path_params["closure"]):
            raise NotFound()
        note(db, entry_of(viewer, "resource.reopened", "resource", unit.id, {}), house.clock())
        time_freed(db, clinic_id_of(viewer), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}/{unit.id}?notice=taken-back", 303)


async def kind_page(request: Request) -> Response:
    """`GET /staff/clinic/resources/kinds/{kind}`. Raises NotFound."""
    kind = _kind_of(await _load(request), request)
    return render(request, "clinic/resource_kind.html", KindPage(kind, Typed(word=kind.word), {}))


async def change_kind(request: Request) -> Response:
    """Keep another word for a kind. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    fields, found = await form_of(request), await _load(request)
    kind = _kind_of(found, request)
    parsed = parse_kind(kind, found.kinds, fields)
    if not isinstance(parsed, Kind):
        return render(request, "clinic/resource_kind.html", KindPage(kind, fields, parsed), status=422)

    async def work(db: AsyncSession) -> None:
        await store.rename_kind(db, clinic_id_of(viewer), kind.id, parsed.word)
        note(db, entry_of(viewer, "resource.kind_renamed", "resource", kind.id, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def _load(request: Request) -> _Found:
    clinic_id = clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> _Found:
        clinic = await clinics.clinic_of(db, clinic_id)
        if clinic is None:
            raise NotFound()
        return _Found(clinic, await store.kinds(db, clinic_id))

    return await house_of(request).db.read(work)


def _of(found: _Found, request: Request) -> tuple[Unit, Kind]:
    """The unit of this address with its kind. Raises NotFound, also for another clinic's."""
    asked = request.path_params["unit"]
    for kind in found.kinds:
        for unit in kind.units:
            if unit.id == asked:
                return unit, kind
    raise NotFound()


def _kind_of(found: _Found, request: Request) -> Kind:
    kind = next((one for one in found.kinds if one.id == request.path_params["kind"]), None)
    if kind is None:
        raise NotFound()
    return kind


async def _list(request: Request, fields: Fields, reasons: Mapping[str, Reason]) -> Response:
    found = await _load(request)
    services = await house_of(request).db.read(lambda db: clinics.services(db, found.clinic.id))
    needed = {str(kind.id): [one.name for one in services if kind.id in one.needs] for kind in found.kinds}
    context = ResourceList(found.kinds, needed, fields, reasons)
    return render(request, "clinic/resources.html", context, status=422 if reasons else 200)


async def _unit(
    request: Request,
    *,
    form: Fields | None = None,
    reasons: Mapping[str, Reason] | None = None,
    closing: Fields | None = None,
    closing_reasons: Mapping[str, Reason] | None = None,
) -> Response:
    house = house_of(request)
    unit, kind = _of(await _load(request), request)
    now: datetime = house.clock()
    ahead = await house.db.read(lambda db: store.closures(db, unit.id, now))
    context = UnitPage(
        unit=unit,
        kind=kind,
        ahead=ahead,
        form=form or Typed(unit_fields(unit)),
        reasons=reasons or {},
        closing=closing or Typed(),
        closing_reasons=closing_reasons or {},
    )
    return render(request, "clinic/resource.html", context, status=422 if reasons or closing_reasons else 200)


routes = [
    page(HERE, resource_list, Action.CLINIC),
    page(HERE, add_unit, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/kinds/{{kind:uuid}}", kind_page, Action.CLINIC),
    page(f"{HERE}/kinds/{{kind:uuid}}", change_kind, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/{{unit:uuid}}", unit_page, Action.CLINIC),
    page(f"{HERE}/{{unit:uuid}}", change_unit, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/{{unit:uuid}}/close", close_unit, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/{{unit:uuid}}/closures/{{closure:uuid}}/drop", reopen_unit, Action.CLINIC, methods=("POST",)),
]
