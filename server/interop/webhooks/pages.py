"""Addresses of other systems that are told what happens, and what they did not take. An admin's page."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of, ticked
from server.clinic.sheet import Reason, Sheet
from server.crypto import seal
from server.errors import NotFound
from server.house import House, house_of
from server.interop.webhooks import store
from server.interop.webhooks.rules import MOST, Hook, Message, Told, secret_of, why_never
from server.interop.webhooks.store import NewHook
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = "/staff/clinic/webhooks"
LONGEST_URL = 500
SECRET_BYTES = 32


@dataclass(frozen=True)
class HooksPage:
    """interop/webhooks.html; `secret` is shown this once."""

    hooks: Sequence[Hook]
    untaken: Sequence[Message]
    urls: Mapping[UUID, str] = field(repr=False)
    full: bool
    form: Mapping[str, str]
    events: Sequence[str]
    reasons: Mapping[str, Reason]
    secret: str = field(default="", repr=False)


async def hooks_page(request: Request) -> Response:
    """`GET /staff/clinic/webhooks`."""
    return await _show(request, Typed(), list(Told), {})


async def make_hook(request: Request) -> Response:
    """Tell one more address, from now on. Its secret is shown this once."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    wanted = [word for word in await ticked(request, "event") if word in set(Told)]
    url, reasons = await _read(house, fields, wanted)
    if reasons:
        return await _show(request, fields, wanted, reasons)
    hook_id, clinic_id = uuid4(), clinic_id_of(viewer)
    secret = secret_of(os.urandom(SECRET_BYTES))
    sealed = seal(await house.keys.clinic(clinic_id), secret, store.secret_place(clinic_id, hook_id))
    new = NewHook(hook_id, clinic_id, url, frozenset(Told(word) for word in wanted), sealed)

    async def work(db: AsyncSession) -> bool:
        if await store.count(db, clinic_id) >= MOST:
            return False
        await store.add(db, new, house.clock(), viewer.staff_id)
        detail = {"events": sorted(new.events)}
        note(db, entry_of(viewer, "webhook.made", "webhook", hook_id, detail), house.clock())
        return True

    if not await house.db.unit(work):
        return await _show(request, fields, wanted, {})
    return await _show(request, Typed(), list(Told), {}, secret)


async def end_hook(request: Request) -> Response:
    """Tell an address nothing more. Ended twice, it is ended. Raises NotFound."""
    house, viewer, hook_id = house_of(request), viewer_of(request), _id(request, "hook")

    async def work(db: AsyncSession) -> None:
        if await store.end(db, clinic_id_of(viewer), hook_id, house.clock(), viewer.staff_id):
            note(db, entry_of(viewer, "webhook.ended", "webhook", hook_id, {}), house.clock())
        elif not await store.belongs(db, clinic_id_of(viewer), hook_id):
            raise NotFound()

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=hook-ended", 303)


async def send_again(request: Request) -> Response:
    """Try a message anew that was given up. Raises NotFound."""
    house, viewer, message_id = house_of(request), viewer_of(request), _id(request, "message")

    async def work(db: AsyncSession) -> None:
        if await store.send_again(db, clinic_id_of(viewer), message_id, house.clock()):
            note(db, entry_of(viewer, "webhook.sent_again", "webhook_message", message_id, {}), house.clock())
        elif not await store.belongs(db, clinic_id_of(viewer), message_id):
            raise NotFound()

    await house.db.unit(work)
    house.couriers.nudge()
    return RedirectResponse(f"{HERE}?notice=on-its-way", 303)


async def _read(house: House, fields: Typed, wanted: Sequence[str]) -> tuple[str, Mapping[str, Reason]]:
    sheet = Sheet(fields)
    url = sheet.line("url", LONGEST_URL)
    if url and not house.outside.may_be_asked(url):
        sheet.reasons["url"] = Reason.NOT_AN_ADDRESS
    elif never := why_never(url):
        sheet.reasons["url"] = Reason(never)
    elif url and await house.outside.leads_inside(url):
        sheet.reasons["url"] = Reason.INSIDE
    if not wanted:
        sheet.reasons["event"] = Reason.MISSING
    return url, sheet.reasons


def _id(request: Request, name: str) -> UUID:
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise NotFound() from None


async def _show(
    request: Request, fields: Typed, events: Sequence[str], reasons: Mapping[str, Reason], secret: str = ""
) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> tuple[list[Hook], list[Message]]:
        return await store.hooks_of(db, clinic_id), await store.untaken(db, clinic_id)

    hooks, untaken = await house.db.read(work)
    urls = {hook.id: hook.url for hook in hooks}
    context = HooksPage(hooks, untaken, urls, len(hooks) >= MOST, fields, events, reasons, secret)
    return render(request, "interop/webhooks.html", context, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(HERE, hooks_page, Action.KEYS),
    page(HERE, make_hook, Action.KEYS, methods=("POST",)),
    page(f"{HERE}/{{hook}}/end", end_hook, Action.KEYS, methods=("POST",)),
    page(f"{HERE}/messages/{{message}}/again", send_again, Action.KEYS, methods=("POST",)),
]
