"""'Tell me on this device' in one's own space, of reminders and letters: each device by itself, listed, taken back."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.push import acts
from server.accounts.push.rules import Owner
from server.accounts.push.store import forget_logins
from server.accounts.requests import form_of
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.reminders.store import rules_of
from server.errors import Conflict, NotFound
from server.home.space.entering import HOME, entry_of
from server.house import House, house_of
from server.patients.space import store
from server.patients.space.door import Open, own_space
from server.routing import GuardedRoute, page
from server.templates import language_of
from server.visit.push.rules import Refusal
from server.visit.push.shown import TellHere, tell_here

TOLD = "/me/devices/told"
OPENS = "/me/new"
"""What a press on the notice opens; a worker's scope of its own, since that of `/me/` keeps entries offline."""


async def offered(house: House, space: Open, request: Request) -> TellHere | None:
    """The offer, where the clinic turned it on and the device is remembered: a shared one is not told."""
    if not space.login.own or not await is_on(house, space.clinic_id):
        return None
    return tell_here(house, language_of(request), OPENS, TOLD)


async def is_on(house: House, clinic_id: UUID) -> bool:
    return (await house.db.read(lambda db: rules_of(db, clinic_id))).by_push


async def agree(request: Request) -> Response:
    """This device agrees. Raises Unprocessable; Conflict where the clinic has it off, or the device is not theirs."""
    house, space = house_of(request), await own_space(request)
    told = await acts.said(request)
    if await offered(house, space, request) is None:
        raise Conflict(Refusal.OFF.value)
    key = await house.keys.clinic(space.clinic_id)
    return await acts.keep(house, key, Owner(login_id=space.login.id), told, _entry(space, "space.told_here"))


async def known(request: Request) -> Response:
    """Whether this device is told."""
    return await acts.known(request, Owner(login_id=(await own_space(request)).login.id))


async def stop(request: Request) -> Response:
    """This device takes its word back."""
    space = await own_space(request)
    return await acts.stop(request, Owner(login_id=space.login.id), _entry(space, "space.not_told_here"))


async def stop_there(request: Request) -> Response:
    """Another device of theirs is told no more. Raises NotFound for one that is not theirs."""
    house, space = house_of(request), await own_space(request)
    which, now = read_uuid((await form_of(request)).get("login", "")), house.clock()

    async def work(db: AsyncSession) -> None:
        if which not in {login.id for login in await store.logins(db, space.id, now)}:
            raise NotFound()
        if which and await forget_logins(db, [which]):
            note(db, _entry(space, "space.not_told_here"), now)

    await house.db.unit(work)
    return RedirectResponse("/me/devices?notice=not-told", 303)


async def new(request: Request) -> Response:
    """`GET /me/new`: a press on the notice; what is new stands at home."""
    await own_space(request)
    return RedirectResponse(HOME, 303)


def _entry(space: Open, action: str) -> Entry:
    return entry_of(space.clinic_id, space.id, action)


routes: list[GuardedRoute] = [
    page(TOLD, agree, Action.SPACE, ("POST",), name="space_told"),
    page(f"{TOLD}/known", known, Action.SPACE, ("POST",), name="space_told_known"),
    page(f"{TOLD}/stop", stop, Action.SPACE, ("POST",), name="space_told_stop"),
    page(f"{TOLD}/end", stop_there, Action.SPACE, ("POST",), name="space_told_end"),
    page(OPENS, new, Action.SPACE, name="space_new"),
]
