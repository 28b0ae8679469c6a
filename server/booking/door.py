"""The link of a booking: it opens that booking's page in this browser, and changes nothing else."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from uuid import UUID

import segno
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Door, Subject, Viewer, may
from server.booking import passes, store
from server.booking.acting.told import readers
from server.booking.links import TOKEN_LENGTH, address_of, cookie_name, token_of, told_token
from server.booking.paying.shown import kept_unpaid_until
from server.booking.requests import told_zone
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.errors import NotFound
from server.framing import PREFIX
from server.house import House, house_of
from server.moments import Speaker, known_zone, same_clock
from server.patients import store as patients
from server.patients.space.door import open_space
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, remember_language, render
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class KeepPage:
    """The context of booking/keep.html."""

    card: BookingCard
    clinic: Clinic
    link: str = field(repr=False)
    qr: str = field(repr=False)
    has_mail: bool  # the patient, or who acts for them and is told
    there: Speaker | None  # speaks the clinic's zone, where its clock differs
    pay_by: datetime | None  # it is kept for a payment until then


async def open_link(request: Request) -> Response:
    """`GET /l/{token}`: the cookie of this booking, and on to its page. Raises NotFound."""
    house, token = house_of(request), request.path_params["token"]
    card = await card_of_token(house, token)
    if card is None:
        raise NotFound()
    response = RedirectResponse(f"/visit/{card.public_id}", 303, headers={"referrer-policy": "no-referrer"})
    set_link_cookie(house, response, card.public_id, token)
    if (language := request.query_params.get("lang")) in LANGUAGES:
        remember_language(response, str(language))
    return response


async def card_of_token(house: House, token: str) -> BookingCard | None:
    """The booking that a token opens now."""
    if len(token) != TOKEN_LENGTH:
        return None
    now = house.clock()
    return await house.db.read(lambda db: store.booking_by_link(db, token_hash(token), now))


def set_link_cookie(house: House, response: Response, public_id: str, token: str) -> None:
    """The cookie that opens this booking alone; it lasts as long as the browser, the link in the mail longer."""
    name = cookie_name(house.settings, public_id)
    response.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=house.settings.https)


async def link_viewer(house: House, connection: HTTPConnection) -> Viewer | None:
    """Who asks for `/visit/{public_id}...` with the cookie of that very booking, or from a space in which it stands."""
    token = told_token(house.settings, connection.cookies, connection.scope["path"])
    card = await card_of_token(house, token) if token else None
    if card is None or connection.scope["path"].split("/")[2] != card.public_id:
        card = await card_in_space(house, connection, connection.scope["path"])
    return Viewer(Door.LINK, bookings=frozenset({card.id})) if card else None


async def card_in_space(
    house: House, connection: HTTPConnection, path: str, *, anew: bool = False
) -> BookingCard | None:
    """The booking of `/visit/{public_id}...` for whose space is open here and shows it; nothing is read of others."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] != "visit" or not parts[2]:
        return None
    space = await open_space(house, connection, anew=anew)
    card = await house.db.read(lambda db: store.booking_for_visit(db, parts[2])) if space else None
    if space is None or card is None or card.clinic_id != space.clinic_id:
        return None
    if card.patient_id in space.whole | space.times:
        return card
    by_link = card.id in space.bookings and house.clock() < card.link_ends_at
    return card if by_link else None


async def pass_viewer(house: House, connection: HTTPConnection) -> Viewer | None:
    """Who asks for `/embed/visit/{public_id}...` with a pass for that very booking."""
    begin, given = f"{PREFIX}/visit/", connection.query_params.get("pass", "")
    if not given or not connection.scope["path"].startswith(begin):
        return None
    public_id = connection.scope["path"].removeprefix(begin).split("/")[0]
    if not passes.opens(house.keys, given, public_id, house.clock()):
        return None
    card = await house.db.read(lambda db: store.booking_for_visit(db, public_id))
    return Viewer(Door.LINK, bookings=frozenset({card.id})) if card else None


async def keep_page(request: Request) -> Response:
    """`GET /visit/{public_id}/keep`: the link to print or photograph, first of all for who gets no mail."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    if card.cancelled_at or card.ends_at <= house.clock():
        return RedirectResponse(f"/visit/{card.public_id}", 303)
    link = address_of(house.settings, await token_for(house, card.id))
    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    told = await readers(house, clinic, person) if person else []
    zone = told_zone(request) or known_zone(person.zone if person else "") or clinic.zone
    language = language_of(request, clinics.brand(clinic))
    there = Speaker(clinic.zone, language) if not same_clock(zone, clinic.zone, card.starts_at) else None
    pay_by = await house.db.read(lambda db: kept_unpaid_until(db, card)) if card.price is not None else None
    context = KeepPage(card, clinic, link, qr_of(link), any(one.mail for _, one in told), there, pay_by)
    response = render(request, "booking/keep.html", context, brand=clinics.brand(clinic), zone=zone)
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def own_booking(request: Request) -> tuple[BookingCard, Clinic]:
    """The booking of this address and its clinic, for who holds its link. Raises NotFound."""
    house = house_of(request)

    async def work(db: AsyncSession) -> tuple[BookingCard, Clinic] | None:
        card = await store.booking_for_visit(db, request.path_params["public_id"])
        clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
        return (card, clinic) if card and clinic else None

    found = await house.db.read(work)
    if found is None or not may(viewer_of(request), Action.VISIT, Subject(booking_id=found[0].id)):
        raise NotFound()
    return found


async def token_for(house: House, booking_id: UUID) -> str:
    """The token of a booking's newest link. Raises NotFound when it has none."""
    link_id = await house.db.read(lambda db: store.link_of(db, booking_id))
    if link_id is None:
        raise NotFound()
    return token_of(house.keys, link_id)


def qr_of(text: str) -> str:
    """An inline SVG that a camera reads; colours come from the sheet."""
    drawn = BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, svgclass="qr-code", lineclass="qr-dots"
    )
    return drawn.getvalue().decode()


routes: list[GuardedRoute] = [
    page("/l/{token}", open_link, Action.PUBLIC),
    page("/visit/{public_id}/keep", keep_page, Action.VISIT),
]
