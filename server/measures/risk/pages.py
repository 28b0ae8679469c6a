"""After how many minutes each step comes when an answer speaks of danger: the clinic's own choice."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.confirming.store import confirmed
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.sheet import Reason
from server.house import house_of
from server.measures.risk.forms import fields_of, parse_danger
from server.measures.risk.rules import KINDS, USUAL
from server.measures.topics import DANGER, danger_version, ladders_of
from server.routing import GuardedRoute, page, viewer_of
from server.safety.alerts.store import set_ladder
from server.templates import render

PATH = "/staff/clinic/measures/danger"


@dataclass(frozen=True)
class DangerSettings:
    """measures/staff/danger.html; `awaits`: no clinician confirmed what holds."""

    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    awaits: bool


async def danger_page(request: Request) -> Response:
    """`GET /staff/clinic/measures/danger`"""
    return await _show(request)


async def keep_danger(request: Request) -> Response:
    """Keep the times; what climbs already goes on by them."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, parsed = clinic_id_of(viewer), parse_danger(fields)
    if set(parsed) != set(KINDS):
        reasons = {name: reason for name, reason in parsed.items() if isinstance(reason, Reason)}
        return await _show(request, fields, reasons)
    ladders = {kind: steps for kind, steps in parsed.items() if not isinstance(steps, Reason)}

    async def work(db: AsyncSession) -> None:
        for kind, steps in ladders.items():
            await set_ladder(db, clinic_id, kind, USUAL[kind], steps)
        detail = fields_of(ladders)
        note(db, entry_of(viewer, "danger.times_changed", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def _show(
    request: Request, typed: Mapping[str, str] | None = None, reasons: Mapping[str, Reason] | None = None
) -> Response:
    clinic_id = clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> DangerSettings:
        ladders = await ladders_of(db, clinic_id)
        awaits = not await confirmed(db, clinic_id, DANGER, danger_version(ladders))
        return DangerSettings(typed or fields_of(ladders), reasons or {}, awaits)

    context = await house_of(request).db.read(work)
    return render(request, "measures/staff/danger.html", context, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(PATH, danger_page, Action.CLINIC, name="danger_times"),
    page(PATH, keep_danger, Action.CLINIC, ("POST",), name="change_danger_times"),
]
