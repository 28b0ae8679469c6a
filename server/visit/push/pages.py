"""'Tell me on this device': a browser agrees, takes its word back, and gets the worker that shows what it is told."""

import json
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.accounts.push import acts
from server.accounts.push.rules import Owner
from server.assets import web_folder
from server.booking.reminders.store import rules_of as reminder_rules
from server.clinic.requests import clinic_id_of, entry_of
from server.errors import Conflict
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, translations
from server.visit.acts import audit_entry, by_of
from server.visit.door import Knock, knock
from server.visit.ladder.store import waiting_rules
from server.visit.push.rules import COMES, Refusal, may_agree
from server.visit.rules import Part

WORKER = web_folder() / "static/js/worker/sw.js"


async def worker(request: Request) -> Response:
    """The worker, with its two sentences in the language that the page asks for."""
    _ = translations(language_of(request)).gettext
    words = {"title": _("Something is new"), "body": _("Open the page to see what it is.")}
    source = WORKER.read_text(encoding="utf-8")
    return Response(f"{source}\nwords = {json.dumps(words)};\n", media_type="text/javascript")


async def agree(request: Request) -> Response:
    """The patient agrees on this device: for this wait, or before it to be reminded. Raises Unprocessable, Conflict."""
    knocked = await knock(request, Action.VISIT)
    house, card = knocked.house, knocked.card
    said = await acts.said(request)
    comes = knocked.view.scene in COMES
    is_on = await (_reminds if comes else _is_on)(house, card.clinic_id)
    refusal = may_agree(is_on=is_on, scene=knocked.view.scene)
    if refusal:
        raise Conflict(refusal.value)
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    entry = audit_entry(knocked, "visit.told_here", by_of(knocked, Part.PATIENT))
    return await acts.keep(house, key, await _owner(knocked), said, entry)


async def agree_staff(request: Request) -> Response:
    """Somebody of the clinic agrees on this device. Raises Unprocessable and Conflict."""
    house, viewer = house_of(request), viewer_of(request)
    said, clinic_id = await acts.said(request), clinic_id_of(viewer)
    if not await _is_on(house, clinic_id):
        raise Conflict(Refusal.OFF.value)
    entry = entry_of(viewer, "staff.told_here", "staff", viewer.staff_id, {})
    key = await house.keys.clinic(clinic_id)
    return await acts.keep(house, key, Owner(staff_id=viewer.staff_id), said, entry)


async def _reminds(house: House, clinic_id: UUID) -> bool:
    return (await house.db.read(lambda db: reminder_rules(db, clinic_id))).by_push


async def _is_on(house: House, clinic_id: UUID) -> bool:
    return (await house.db.read(lambda db: waiting_rules(db, clinic_id))).push


async def known(request: Request) -> Response:
    """Whether this device is told, as the page shows it."""
    return await acts.known(request, await _owner(await knock(request, Action.VISIT)))


async def known_staff(request: Request) -> Response:
    return await acts.known(request, Owner(staff_id=viewer_of(request).staff_id))


async def stop(request: Request) -> Response:
    """The patient takes their word back on this device; again is the same."""
    knocked = await knock(request, Action.VISIT)
    entry = audit_entry(knocked, "visit.not_told_here", by_of(knocked, Part.PATIENT))
    return await acts.stop(request, await _owner(knocked), entry)


async def stop_staff(request: Request) -> Response:
    viewer = viewer_of(request)
    entry = entry_of(viewer, "staff.not_told_here", "staff", viewer.staff_id, {})
    return await acts.stop(request, Owner(staff_id=viewer.staff_id), entry)


async def _owner(knocked: Knock) -> Owner:
    if knocked.view.scene in COMES:
        return Owner(booking_id=knocked.card.id)
    if knocked.visit is None:
        raise Conflict(Refusal.NOT_WAITING.value)
    return Owner(visit_id=knocked.visit.id)


routes: list[GuardedRoute] = [
    page("/sw.js", worker, Action.PUBLIC),
    page("/visit/{public_id}/devices", agree, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/devices/known", known, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/devices/stop", stop, Action.VISIT, ("POST",)),
    page("/staff/devices", agree_staff, Action.ACCOUNT, ("POST",)),
    page("/staff/devices/known", known_staff, Action.ACCOUNT, ("POST",)),
    page("/staff/devices/stop", stop_staff, Action.ACCOUNT, ("POST",)),
]
