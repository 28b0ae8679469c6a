"""A therapist's bookings by a secret link: made, renewed, taken back, and read by another calendar."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts import store as accounts
from server.audit.store import note
from server.booking.calendars import store
from server.booking.calendars.rules import Entry, Feed, Shows
from server.booking.calendars.written import calendar
from server.clinic import store as clinics
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.errors import NotFound
from server.house import House, house_of
from server.keys import KeyStore
from server.routing import page, viewer_of
from server.templates import translations

HOME = "/staff/calendars"
PUBLIC = "/calendar/{token}.ics"


def token_of(keys: KeyStore, link_id: UUID) -> str:
    """The token of a link: 256 bits that only the installation's secret makes, so the page can show it again."""
    mac = hmac.digest(keys.secret("calendar feed"), link_id.bytes, "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


def address_of(house: House, feed: Feed) -> str:
    """The whole address, from the settings alone."""
    return house.settings.base_url + PUBLIC.format(token=token_of(house.keys, feed.link_id))


async def read_feed(request: Request) -> Response:
    """`GET /calendar/{token}.ics`: what lies ahead. Raises NotFound for a link that was ended, as for any other."""
    house, now = house_of(request), house_of(request).clock()
    token = request.path_params["token"]

    async def work(db: AsyncSession) -> tuple[Feed, Clinic, list[Entry]]:
        feed = await store.feed_by_token(db, token_hash(token))
        person = await accounts.account(db, feed.therapist_id) if feed else None
        clinic = await clinics.clinic_of(db, feed.clinic_id) if feed else None
        if feed is None or clinic is None or person is None or person.disabled:
            raise NotFound()
        return feed, clinic, await store.entries_of(db, feed.therapist_id, now)

    feed, clinic, entries = await house.db.read(work)
    say = translations(clinic.language).gettext
    body = calendar(clinic.sender, f"{house.settings.base_url}/staff", entries, feed.shows, say)
    return _answer(request, body)


def _answer(request: Request, body: bytes) -> Response:
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar", headers=headers)


async def make_feed(request: Request) -> Response:
    """Give the viewer a link, in place of any they had. Raises NotFound for who cannot be booked."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, own, link_id = clinic_id_of(viewer), _own_id(request), uuid4()

    async def work(db: AsyncSession) -> None:
        cards = await clinics.therapists(db, clinic_id, hidden=True)
        if own not in {card.staff_id for card in cards}:
            raise NotFound()
        known = await store.feed_of(db, own)
        feed = Feed(own, clinic_id, link_id, known.shows if known else Shows.NOTHING)
        await store.set_feed(db, feed, token_hash(token_of(house.keys, link_id)), house.clock())
        action = "feed.renewed" if known else "feed.made"
        note(db, entry_of(viewer, action, "therapist", own, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}?notice=link-made#feed", 303)


async def change_feed(request: Request) -> Response:
    """What the entries are called."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    shows = Shows.SERVICE if fields["shows"] == Shows.SERVICE else Shows.NOTHING

    async def work(db: AsyncSession) -> None:
        await store.set_shows(db, _own_id(request), shows)
        entry = entry_of(viewer, "feed.changed", "therapist", _own_id(request), {"shows": shows})
        note(db, entry, house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}?notice=link-kept#feed", 303)


async def drop_feed(request: Request) -> Response:
    """End the link at once. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> None:
        if not await store.drop_feed(db, _own_id(request)):
            raise NotFound()
        note(db, entry_of(viewer, "feed.dropped", "therapist", _own_id(request), {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}?notice=link-gone", 303)


def _own_id(request: Request) -> UUID:
    staff_id = viewer_of(request).staff_id
    assert staff_id
    return staff_id


routes = [
    page(PUBLIC, read_feed, Action.PUBLIC),
    page(HOME + "/feed", make_feed, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/feed/shows", change_feed, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/feed/drop", drop_feed, Action.CALENDARS, methods=("POST",)),
]
