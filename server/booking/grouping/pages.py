"""A group as staff see it: who comes, and moving or cancelling all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import store
from server.booking.by_staff import Line, named
from server.booking.changes import Frame, show_times
from server.booking.deadlines import Change, staff_may_change
from server.booking.forms import Problem, read_start
from server.booking.grouping.store import dates_of
from server.booking.grouping.whole import cancel_all, move_all
from server.booking.led import by_of, led_booking, noted, unbound
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.booking.series.rules import around
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class GroupPage:
    """The context of booking/staff_group.html."""

    card: BookingCard
    lines: Sequence[Line] = field(repr=False)
    may_change: bool
    dates: int  # how often it meets again, this time included


async def group_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/group`: everybody in the appointment of this booking."""
    house, viewer = house_of(request), viewer_of(request)
    card, clinic = await _group(request)
    cards = await house.db.read(lambda db: store.bookings_in(db, card.appointment_id))
    await noted(house, viewer, clinic, "group.seen", card.id, {"patients": len(cards)})
    may_change = bool(cards) and staff_may_change(cards[0], house.clock()) in {Change.ALLOWED, Change.ASKED}
    dates = await house.db.read(lambda db: dates_of(db, card.appointment_id, house.clock()))
    context = GroupPage(card, await named(house, clinic, cards), may_change, len(dates))
    return render(request, "booking/staff_group.html", context)


async def cancel(request: Request) -> Response:
    """`POST /staff/bookings/{public_id}/group/cancel`. Sent twice, it cancels once. `asked`: who comes wanted it."""
    house = house_of(request)
    asked = (await text_fields(request)).get("asked") == "yes"
    card, clinic = await _group(request)
    if card.starts_at > house.clock():
        await cancel_all(house, clinic, card, by_of(viewer_of(request)), asked=asked)
        return RedirectResponse("/staff/bookings?notice=group-cancelled", 303)
    return RedirectResponse(f"/staff/bookings/{card.public_id}?notice=not-changed", 303)


async def move_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/group/move`."""
    card, clinic = await _group(request)
    if card.cancelled_at or card.starts_at <= house_of(request).clock():
        raise NotFound()
    able = _able(request, card, clinic)
    return await show_times(request, card, able, request.query_params, _frame(card), whole=True)


async def move(request: Request) -> Response:
    """`POST /staff/bookings/{public_id}/group/move`. Sent twice, it moves once."""
    house = house_of(request)
    fields = await text_fields(request)
    start = read_start(fields.get("start", ""))
    card, clinic = await _group(request)
    back = RedirectResponse(f"/staff/bookings/{card.public_id}/group?notice=moved-it", 303)
    if start == card.starts_at:
        return back
    if card.cancelled_at or card.starts_at <= house.clock():
        raise NotFound()
    able, frame = _able(request, card, clinic), _frame(card)
    if start is None:
        problems = {"start": Problem.START_MISSING}
        return await show_times(request, card, able, fields, frame, problems=problems, whole=True)
    refused = await move_all(house, able, card, start, by_of(viewer_of(request)))
    if refused is None:
        return back
    return await show_times(request, card, able, fields, frame, refused=refused, whole=True)


async def _group(request: Request) -> tuple[BookingCard, Clinic]:
    """Raises NotFound for a booking of one alone."""
    card, clinic = await led_booking(request)
    if card.seats == 1:
        raise NotFound()
    return card, clinic


def _able(request: Request, card: BookingCard, clinic: Clinic) -> Clinic:
    """As staff move a group in it: without notice, and within its own weeks however far ahead they lie."""
    return unbound(around(clinic, [card], house_of(request).clock()))


def _frame(card: BookingCard) -> Frame:
    own = f"/staff/bookings/{card.public_id}/group"
    return Frame(f"{own}/move", own, "booking/staff_move.html")


routes: list[GuardedRoute] = [
    page("/staff/bookings/{public_id}/group", group_page, Action.BOOKINGS),
    page("/staff/bookings/{public_id}/group/cancel", cancel, Action.BOOKINGS, methods=("POST",)),
    page("/staff/bookings/{public_id}/group/move", move_page, Action.BOOKINGS),
    page("/staff/bookings/{public_id}/group/move", move, Action.BOOKINGS, methods=("POST",)),
]
