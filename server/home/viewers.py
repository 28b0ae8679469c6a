"""Who looks, put together from what staff, bookings and visits know of a request."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection, Request

from server.access import KEY_PREFIX, STRANGER, Action, Door, Viewer, admits
from server.accounts import store as accounts
from server.accounts.rules import is_activity
from server.booking.door import card_of_token, link_viewer, pass_viewer
from server.booking.links import told_token
from server.clinic.store import brand_of
from server.crypto import token_hash
from server.errors import SignInNeeded
from server.home.space.entering import HOME
from server.house import House
from server.interop.keys import store as keys
from server.letters.people import waiting_for
from server.middleware.login import login_token
from server.patients.space.door import open_space
from server.support.listening import may_hear as may_hear_support
from server.templates import Brand
from server.visit.listening import may_hear
from server.visit.store import live_visit_of

API = "/api/"


async def load_viewer(house: House, connection: HTTPConnection) -> tuple[Viewer, Brand | None]:
    """Who looks: staff by their login, a patient by the link of the booking they ask for, or by their own space."""
    if connection.scope["path"].startswith(API):
        return await caller(house, connection), None
    if is_space(connection.scope["path"]):
        space = await open_space(house, connection)
        return (space.viewer if space else STRANGER), None
    patient = await link_viewer(house, connection) or await pass_viewer(house, connection)
    if patient:
        return patient, None
    token = login_token(connection, https=house.settings.https)
    if token:
        return await staff_viewer(house, connection, token)
    return await patient_at_staff_door(house, connection) or STRANGER, None


def is_space(path: str) -> bool:
    """Where a patient's own sign-in counts, and nobody else's."""
    return path == HOME or path.startswith(f"{HOME}/")


async def caller(house: House, connection: HTTPConnection) -> Viewer:
    """Who calls the API: what they show says it, and no cookie does. Raises SignInNeeded when it opens nothing."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if not kind:
        return STRANGER
    token = token.strip()
    if kind.lower() != "bearer" or not token.isascii():
        raise SignInNeeded()
    if token.startswith(KEY_PREFIX):
        return await key_viewer(house, token)
    card = await card_of_token(house, token)
    if card is None:
        raise SignInNeeded()
    return Viewer(Door.LINK, bookings=frozenset({card.id}))


async def key_viewer(house: House, token: str) -> Viewer:
    """The program with this key; notes at times that it was used. Raises SignInNeeded."""
    now = house.clock()
    found = await house.db.read(lambda db: keys.viewer(db, token_hash(token), now))
    if found is None:
        raise SignInNeeded()
    viewer, due = found
    if due and viewer.key_id:
        await house.db.unit(partial(keys.used, key_id=viewer.key_id, now=now))
    return viewer


async def patient_at_staff_door(house: House, connection: HTTPConnection) -> Viewer | None:
    """A patient who writes to the staff side of their own visit is known, and refused; nobody is asked to sign in."""
    path = connection.scope["path"]
    if connection.scope.get("method") != "POST" or not path.startswith("/staff/visit/"):
        return None
    token = told_token(house.settings, connection.cookies, path.removeprefix("/staff"))
    card = await card_of_token(house, token) if token else None
    return Viewer(Door.LINK, bookings=frozenset({card.id})) if card else None


async def staff_viewer(house: House, connection: HTTPConnection, token: str) -> tuple[Viewer, Brand | None]:
    """Who holds this login, and their clinic; notes at times that they were here. Counts the letters that wait."""
    now = house.clock()

    method, mode = connection.scope.get("method", "GET"), connection.headers.get("sec-fetch-mode", "")
    whole_page = method == "GET" and is_activity(method, mode)

    async def work(db: AsyncSession) -> tuple[Viewer, bool, Brand | None, int]:
        viewer, due = await accounts.viewer(db, token, now, live_visit_of)
        brand = await brand_of(db, viewer.clinic_id) if viewer.clinic_id else None
        if brand is None or not whole_page or not admits(viewer, Action.LETTERS):
            return viewer, due, brand, 0
        return viewer, due, brand, await waiting_for(db, viewer, now.astimezone(brand.zone).date())

    viewer, due, brand, letters = await house.db.read(work)
    connection.state.counts = {"/staff/letters": letters}
    if due and viewer.login_id and is_activity(method, mode):
        await house.db.unit(partial(accounts.seen, login_id=viewer.login_id, now=now))
    return viewer, brand


async def may_listen(request: Request, topic: str) -> bool:
    """Asked at the start of a stream and every few seconds of it: who signed out meanwhile hears nothing more."""
    house: House = request.app.state.house
    viewer, _ = await load_viewer(house, request)
    return await may_hear(house, request, viewer, topic) or await may_hear_support(house, topic)


def holder_of(request: Request, topics: Sequence[str]) -> str:
    """Whose a stream is: of a login, else of the booking that it is about."""
    token = login_token(request, https=request.app.state.house.settings.https)
    return token_hash(token).hex() if token else topics[0]
