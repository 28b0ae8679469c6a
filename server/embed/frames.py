"""Booking inside a page of another site: the same handlers, with that page's origin around them and no cookie.

What is framed ends here: the kept place, its move and its cancelling. The waiting room and the call never are.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.answers import answer_error
from server.booking import changes
from server.booking.cards import bookings_of_series
from server.booking.deadlines import MAY_CANCEL, Change, may_cancel, may_move
from server.booking.door import own_booking, token_for
from server.booking.links import address_of
from server.booking.paying.shown import kept_unpaid_until
from server.booking.requests import told_zone
from server.booking.rules import BookingCard
from server.booking.series import own as own_series
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.embed import rules, store
from server.errors import NotFound
from server.framing import CARRIED, PREFIX, Framed, framed_of
from server.house import House, house_of
from server.moments import Speaker, known_zone, same_clock
from server.patients import store as patients
from server.routing import GuardedRoute, Handler, page
from server.templates import language_of, render
from server.tongues import LANGUAGES

SAID = {"booked": "booked", "all-booked": "booked", "some-left-out": "booked", "moved-it": "moved"}
"""The event of the frame, by the notice of the page that opens after it."""
Whose = Callable[[Request], Awaitable[tuple[Clinic, Collection[str]]]]
"""The clinic of a request, and the origins that it lists."""


@dataclass(frozen=True)
class ClosedPage:
    """The context of embed/closed.html and embed/preview.html."""

    clinic: Clinic


@dataclass(frozen=True)
class KeptPage:
    """The context of embed/kept.html; `link` opens the booking in a tab of its own, and needs no password."""

    card: BookingCard
    clinic: Clinic
    others: Sequence[BookingCard]  # of the same series, that lie ahead and are kept
    link: str = field(repr=False)
    mailed: bool
    there: Speaker | None  # speaks the clinic's zone, where its clock differs
    movable: bool
    cancellable: bool
    said: str
    pay_by: datetime | None  # it is kept for a payment until then
    starts: str  # for programs: UTC, ISO 8601
    ends: str


def framed(handler: Handler, whose: Whose) -> Handler:
    """`handler` for a page that one of the clinic's listed origins shows inside its own; 403 for any other."""

    async def within(request: Request) -> Response:
        clinic, listed = await whose(request)
        found = rules.around(request.query_params.get("at", ""), listed, own_origins(request))
        if found is None:
            return render(request, "embed/closed.html", ClosedPage(clinic), brand=clinics.brand(clinic), status=403)
        request.state.framed = Framed(found.origin, carried(request, clinic), found.preview)
        request.state.brand = clinics.brand(clinic)  # for the page of what goes wrong
        if found.preview and request.method == "POST":
            response: Response = render(request, "embed/preview.html", ClosedPage(clinic))
        else:
            response = await handler(request)
        response.headers.update(rules.frame_headers(found.origin))
        return response

    return within


async def answer_around(request: Request, problem: Exception) -> Response:
    """The answer to what went wrong, in words also inside a frame: a browser shows none of an answer without our leave.

    Where nobody has looked yet at who frames (too many requests, no such clinic, a database that is away), the page
    names no clinic and takes nothing, so whoever is said to be around may show it.
    """
    framed = framed_of(request) or _said_around(request)
    if framed is None:
        return await answer_error(request, problem)
    request.state.framed = framed
    response = await answer_error(request, problem)
    response.headers.update(rules.frame_headers(framed.origin))
    return response


def _said_around(request: Request) -> Framed | None:
    at, path = request.query_params.get("at", ""), request.url.path
    if not path.startswith((f"{PREFIX}/c/", f"{PREFIX}/visit/")) or rules.read_origin(at) != at:
        return None
    return Framed(at, {name: request.query_params[name] for name in CARRIED if request.query_params.get(name)})


def carried(request: Request, clinic: Clinic) -> dict[str, str]:
    """What every address inside says again, of what this one says."""
    asked = {name: request.query_params[name] for name in CARRIED if request.query_params.get(name)}
    if asked.get("lang") not in (clinic.languages or LANGUAGES):
        asked.pop("lang", None)
    # Without a cookie the device's clock is known from the address alone; the clinic's holds where it says none.
    asked["tz"] = (known_zone(asked.get("tz", "")) or clinic.zone).key
    return asked


def own_origins(request: Request) -> set[str]:
    """Where staff look at a preview: the address of this installation, and the one they asked for just now."""
    return {house_of(request).settings.base_url, f"{request.url.scheme}://{request.url.netloc}"}


async def clinic_here(request: Request) -> tuple[Clinic, Collection[str]]:
    """The clinic of this address. Raises NotFound."""

    async def work(db: AsyncSession) -> tuple[Clinic, Collection[str]] | None:
        clinic = await clinics.find_clinic(db, request.path_params["clinic"])
        return (clinic, await _origins(db, clinic)) if clinic else None

    found = await house_of(request).db.read(work)
    if found is None:
        raise NotFound()
    return found


async def clinic_of_booking(request: Request) -> tuple[Clinic, Collection[str]]:
    """The clinic of the booking of this address, for who holds a pass for it. Raises NotFound."""
    _card, clinic = await own_booking(request)
    return clinic, await house_of(request).db.read(lambda db: _origins(db, clinic))


async def _origins(db: AsyncSession, clinic: Clinic) -> Collection[str]:
    return {one.origin for one in await store.origins(db, clinic.id)}


async def kept_page(request: Request) -> Response:
    """`GET /embed/visit/{public_id}`: what was booked here, and the link to its own page in a tab of its own."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    context = await _kept(house, request, card, clinic)
    zone = told_zone(request) or clinic.zone
    response = render(request, "embed/kept.html", context, brand=clinics.brand(clinic), zone=zone)
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def _kept(house: House, request: Request, card: BookingCard, clinic: Clinic) -> KeptPage:
    now, zone = house.clock(), told_zone(request) or clinic.zone
    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    language = language_of(request, clinics.brand(clinic))
    return KeptPage(
        card=card,
        clinic=clinic,
        others=await _others(house, card, now),
        link="" if card.cancelled_at else address_of(house.settings, await token_for(house, card.id)),
        mailed=bool(person and person.mail) and house.mailer.sends,
        there=Speaker(clinic.zone, language) if not same_clock(zone, clinic.zone, card.starts_at) else None,
        movable=may_move(card, clinic.policy, now) is Change.ALLOWED,
        cancellable=may_cancel(card, clinic.policy, now) in MAY_CANCEL,
        said=_said(card, request.query_params.get("notice", "")),
        pay_by=await house.db.read(lambda db: kept_unpaid_until(db, card)) if card.price is not None else None,
        starts=_utc(card.starts_at),
        ends=_utc(card.ends_at),
    )


async def _others(house: House, card: BookingCard, now: datetime) -> list[BookingCard]:
    if card.series_id is None:
        return []
    series_id = card.series_id
    cards = await house.db.read(lambda db: bookings_of_series(db, series_id))
    ahead = (one for one in cards if one.id != card.id and one.cancelled_at is None and one.starts_at > now)
    return sorted(ahead, key=lambda one: one.starts_at)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _said(card: BookingCard, notice: str) -> str:
    """The event that led here, if one did."""
    if card.cancelled_at:
        return "cancelled"
    return SAID.get(notice, "")


def framed_routes(booking_page: Handler, book: Handler, hold: Handler) -> list[GuardedRoute]:
    """What may be framed, and nothing else. The handlers are booking's own; the program hands them in."""
    booking, visit = f"{PREFIX}/c/{{clinic}}", f"{PREFIX}/visit/{{public_id}}"
    public = partial(framed, whose=clinic_here)
    own = partial(framed, whose=clinic_of_booking)
    return [
        page(f"{booking}/book", public(book), Action.PUBLIC, ("POST",), name="framed_book"),
        page(f"{booking}/hold", public(hold), Action.PUBLIC, ("POST",), name="framed_hold"),
        page(booking, public(booking_page), Action.PUBLIC, name="framed_booking"),
        page(f"{booking}/{{therapist}}", public(booking_page), Action.PUBLIC, name="framed_therapist"),
        page(visit, own(kept_page), Action.VISIT, name="framed_kept"),
        page(f"{visit}/move", own(changes.move_page), Action.VISIT, name="framed_move_page"),
        page(f"{visit}/move", own(changes.move), Action.VISIT, ("POST",), name="framed_move"),
        page(f"{visit}/cancel", own(changes.cancel_page), Action.VISIT, name="framed_cancel_page"),
        page(f"{visit}/cancel", own(changes.cancel), Action.VISIT, ("POST",), name="framed_cancel"),
        page(f"{visit}/series.ics", own(own_series.calendar_entries), Action.VISIT, name="framed_series_calendar"),
        page(f"{visit}/calendar.ics", own(changes.calendar_entry), Action.VISIT, name="framed_calendar"),
    ]
