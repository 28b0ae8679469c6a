"""'Tell me on this device': a browser agrees, takes its word back, and gets the worker that shows what it is told."""

import json
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.reminders.store import rules_of as reminder_rules
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.crypto import Keyring
from server.errors import Conflict, Unprocessable
from server.house import House, house_of
from server.notify.push import Device
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, translations, web_folder
from server.visit.acts import audit_entry, by_of
from server.visit.door import Knock, knock
from server.visit.ladder.store import waiting_rules
from server.visit.push import store
from server.visit.push.forms import Subscription, endpoint_of, subscription_of
from server.visit.push.rules import COMES, Owner, Refusal, device_id, may_agree
from server.visit.push.store import SealedDevice
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
    said = await _said(house, request)
    comes = knocked.view.scene in COMES
    is_on = await (_reminds if comes else _is_on)(house, card.clinic_id)
    refusal = may_agree(is_on=is_on, scene=knocked.view.scene)
    if refusal:
        raise Conflict(refusal.value)
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    entry = audit_entry(knocked, "visit.told_here", by_of(knocked, Part.PATIENT))
    return await _keep(house, key, card.clinic_id, await _owner(knocked), said, entry)


async def agree_staff(request: Request) -> Response:
    """Somebody of the clinic agrees on this device. Raises Unprocessable and Conflict."""
    house, viewer = house_of(request), viewer_of(request)
    said, clinic_id = await _said(house, request), clinic_id_of(viewer)
    if not await _is_on(house, clinic_id):
        raise Conflict(Refusal.OFF.value)
    entry = entry_of(viewer, "staff.told_here", "staff", viewer.staff_id, {})
    return await _keep(
        house, await house.keys.clinic(clinic_id), clinic_id, Owner(staff_id=viewer.staff_id), said, entry
    )


async def _said(house: House, request: Request) -> Subscription:
    said = subscription_of(await form_of(request))
    if said is None or not house.pusher.fits(Device(UUID(int=0), said.endpoint, said.p256dh, said.auth)):
        raise Unprocessable()
    return said


async def _reminds(house: House, clinic_id: UUID) -> bool:
    return (await house.db.read(lambda db: reminder_rules(db, clinic_id))).by_push


async def _is_on(house: House, clinic_id: UUID) -> bool:
    return (await house.db.read(lambda db: waiting_rules(db, clinic_id))).push


async def _keep(
    house: House, key: Keyring, clinic_id: UUID, owner: Owner, said: Subscription, entry: Entry
) -> Response:
    sealed: SealedDevice = store.seal_device(key, clinic_id, owner, said)

    async def work(db: AsyncSession) -> None:
        if await store.keep(db, sealed, house.clock()):
            note(db, entry, house.clock())

    await house.db.unit(work)
    return JSONResponse({"kept": True})


async def known(request: Request) -> Response:
    """Whether this device is told, as the page shows it."""
    return await _known(request, await _owner(await knock(request, Action.VISIT)))


async def known_staff(request: Request) -> Response:
    return await _known(request, Owner(staff_id=viewer_of(request).staff_id))


async def stop(request: Request) -> Response:
    """The patient takes their word back on this device; again is the same."""
    knocked = await knock(request, Action.VISIT)
    entry = audit_entry(knocked, "visit.not_told_here", by_of(knocked, Part.PATIENT))
    return await _stop(request, await _owner(knocked), entry)


async def stop_staff(request: Request) -> Response:
    viewer = viewer_of(request)
    entry = entry_of(viewer, "staff.not_told_here", "staff", viewer.staff_id, {})
    return await _stop(request, Owner(staff_id=viewer.staff_id), entry)


async def _owner(knocked: Knock) -> Owner:
    if knocked.view.scene in COMES:
        return Owner(booking_id=knocked.card.id)
    if knocked.visit is None:
        raise Conflict(Refusal.NOT_WAITING.value)
    return Owner(visit_id=knocked.visit.id)


async def _known(request: Request, owner: Owner) -> Response:
    row_id = device_id(owner, endpoint_of(await form_of(request)))
    found = await house_of(request).db.read(lambda db: store.device_of(db, row_id))
    return JSONResponse({"kept": found is not None})


async def _stop(request: Request, owner: Owner, entry: Entry) -> Response:
    house, row_id = house_of(request), device_id(owner, endpoint_of(await form_of(request)))

    async def work(db: AsyncSession) -> None:
        if await store.forget(db, row_id):
            note(db, entry, house.clock())

    await house.db.unit(work)
    return JSONResponse({"kept": False})


routes: list[GuardedRoute] = [
    page("/sw.js", worker, Action.PUBLIC),
    page("/visit/{public_id}/devices", agree, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/devices/known", known, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/devices/stop", stop, Action.VISIT, ("POST",)),
    page("/staff/devices", agree_staff, Action.ACCOUNT, ("POST",)),
    page("/staff/devices/known", known_staff, Action.ACCOUNT, ("POST",)),
    page("/staff/devices/stop", stop_staff, Action.ACCOUNT, ("POST",)),
]
