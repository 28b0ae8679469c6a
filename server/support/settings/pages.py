"""The page on which a clinic switches help now on: when, how long until another help is offered, about what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic, Means
from server.clinic.sheet import Reason
from server.clinic.tongues import Tongue, others, tongues
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.support import store
from server.support.forms import fields_of, parse_rules
from server.support.rules import Rules, Standing
from server.support.staff.shown import clinic_of_viewer
from server.support.topics import is_confirmed
from server.templates import render

PATH = "/staff/clinic/support"


@dataclass(frozen=True)
class SettingsPage:
    """support/settings.html. `services`: (value, name) of those under which people can be met."""

    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    services: Sequence[tuple[str, str]]
    standing: Standing
    in_use: bool
    slug: str
    awaits: bool
    tongues: Sequence[Tongue]


async def settings_page(request: Request) -> Response:
    """`GET /staff/clinic/support`."""
    clinic_id = clinic_id_of(viewer_of(request))
    rules = await house_of(request).db.read(lambda db: store.rules_of(db, clinic_id))
    return await _show(request, Typed(fields_of(rules)), {})


async def keep_settings(request: Request) -> Response:
    """Keep it; 422 with what was typed."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, fields = clinic_id_of(viewer), await form_of(request)
    offered = await house.db.read(lambda db: _services(db, clinic_id))
    clinic, kept = await house.db.read(lambda db: _kept(db, viewer, clinic_id))
    services = {str(service_id): service_id for service_id, _ in offered}
    rules = parse_rules(fields, services, others(clinic), kept.said)
    if not isinstance(rules, Rules):
        return await _show(request, fields, rules)

    async def work(db: AsyncSession) -> None:
        await store.set_rules(db, clinic_id, rules, house.clock())
        minutes = int(rules.hand_over.total_seconds() // 60)
        detail = {"in_use": rules.in_use, "hand_over": minutes, "capacity": rules.capacity}
        detail |= {"again": rules.calls.again, "lead": rules.calls.lead}
        detail |= {"danger_again": rules.in_danger.again, "danger_lead": rules.in_danger.lead}
        note(db, entry_of(viewer, "support.rules_changed", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def _kept(db: AsyncSession, viewer: Viewer, clinic_id: UUID) -> tuple[Clinic, Rules]:
    return await clinic_of_viewer(db, viewer), await store.rules_of(db, clinic_id)


async def _services(db: AsyncSession, clinic_id: UUID) -> list[tuple[UUID, str]]:
    """Services by video for one person each."""
    found = await clinics.services(db, clinic_id)
    return [(one.id, one.name) for one in found if Means.VIDEO in one.means and not one.in_group]


async def _show(request: Request, fields: Mapping[str, str], reasons: Mapping[str, Reason]) -> Response:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> SettingsPage:
        clinic = await clinic_of_viewer(db, viewer)
        rules, standing = await store.standing_of(db, clinic, house.clock())
        offered = [(str(service_id), name) for service_id, name in await _services(db, clinic.id)]
        awaits = not await is_confirmed(db, clinic.id, rules)
        return SettingsPage(fields, reasons, offered, standing, rules.in_use, clinic.slug, awaits, tongues(clinic))

    context = await house.db.read(work)
    return render(request, "support/settings.html", context, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(PATH, settings_page, Action.CLINIC, name="support_settings"),
    page(PATH, keep_settings, Action.CLINIC, ("POST",), name="support_settings_keep"),
]
