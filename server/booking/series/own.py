"""What the pages of one booking offer when it belongs to a series: the list of its dates, and changes of several.

Whoever holds the link of one booking of a series holds them all: they are one patient's, booked together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.door import own_booking, set_link_cookie, token_for
from server.booking.led import by_of, led_booking, unbound
from server.booking.rules import BookingCard
from server.booking.series import moving, store
from server.booking.series.mails import calendar_of
from server.booking.series.moving import Around
from server.booking.series.rules import Scope, in_scope
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class OwnSeriesPage:
    """The context of booking/series.html."""

    card: BookingCard
    clinic: Clinic
    cards: Sequence[BookingCard]
    ahead: int
    now: datetime


async def series_page(request: Request) -> Response:
    """`GET /visit/{public_id}/series`: all dates that were booked together. Raises NotFound for a single booking."""
    house, now = house_of(request), house_of(request).clock()
    card, clinic = await own_booking(request)
    if card.series_id is None:
        raise NotFound()
    series_id = card.series_id
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id))
    shown = sorted(cards, key=lambda one: one.starts_at)
    ahead = sum(one.cancelled_at is None and one.starts_at > now for one in cards)
    context = OwnSeriesPage(card, clinic, shown, ahead, now)
    return render(request, "booking/series.html", context, brand=clinics.brand(clinic))


async def too_near(house: House, card: BookingCard, clinic: Clinic) -> list[BookingCard]:
    """What of the series of a booking lies ahead and is past its own deadline: it goes with no other."""
    if card.series_id is None:
        return []
    series_id, now = card.series_id, house.clock()
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id))
    free = in_scope(cards, card, Scope.ALL, now, clinic.policy)
    return [one for one in in_scope(cards, card, Scope.ALL, now) if one not in free]


async def open_other(request: Request) -> Response:
    """`GET /visit/{public_id}/series/{number}`: the cookie of another booking of the series, and on to its page."""
    house, number = house_of(request), request.path_params["number"]
    card, _clinic = await own_booking(request)
    series_id = card.series_id
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id)) if series_id else []
    other = next((one for one in cards if one.number == number), None)
    if other is None:
        raise NotFound()
    response = RedirectResponse(f"/visit/{other.public_id}", 303, headers={"referrer-policy": "no-referrer"})
    set_link_cookie(house, response, other.public_id, await token_for(house, other.id))
    return response


async def calendar_entries(request: Request) -> Response:
    """`GET /visit/{public_id}/series.ics`: every time that is still kept, in one file. Raises NotFound."""
    house = house_of(request)
    card, _clinic = await own_booking(request)
    series_id = card.series_id
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id)) if series_id else []
    kept = [one.id for one in cards if one.cancelled_at is None]
    if not kept:
        raise NotFound()
    headers = {"content-disposition": 'attachment; filename="appointments.ics"', "referrer-policy": "no-referrer"}
    body = await calendar_of(house, kept)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def move_page(request: Request) -> Response:
    """`GET /visit/{public_id}/series/move`."""
    return await moving.move_page(request, await _own(request))


async def move(request: Request) -> Response:
    """`POST /visit/{public_id}/series/move`."""
    return await moving.move(request, await _own(request))


async def move_page_by_staff(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/series/move`."""
    return await moving.move_page(request, await _led(request))


async def move_by_staff(request: Request) -> Response:
    """`POST /staff/bookings/{public_id}/series/move`."""
    return await moving.move(request, await _led(request))


async def _own(request: Request) -> Around:
    card, clinic = await own_booking(request)
    by = By("patient", card.patient_id)
    return Around(card, clinic, by, clinic.policy, f"/visit/{card.public_id}", "booking/series_move.html")


async def _led(request: Request) -> Around:
    card, clinic = await led_booking(request)
    back, by = f"/staff/bookings/{card.public_id}", by_of(viewer_of(request))
    return Around(card, unbound(clinic), by, None, back, "booking/staff_series_move.html")


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/series", series_page, Action.VISIT),
    page("/visit/{public_id}/series.ics", calendar_entries, Action.VISIT),
    page("/visit/{public_id}/series/move", move_page, Action.VISIT),
    page("/visit/{public_id}/series/move", move, Action.VISIT, methods=("POST",)),
    page("/visit/{public_id}/series/{number:int}", open_other, Action.VISIT),
    page("/staff/bookings/{public_id}/series/move", move_page_by_staff, Action.BOOKINGS),
    page("/staff/bookings/{public_id}/series/move", move_by_staff, Action.BOOKINGS, methods=("POST",)),
]
