"""Moving this one and those after it, or all of a series: every new date first, then all of it or nothing.

The patient's page and the staff's are alike but for who asks, by which policy, and the frame around.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.booking.forms import read_start
from server.booking.public import speaker_of
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.booking.series import desk, store
from server.booking.series.forms import MOST, Pick, read_picks, read_scope
from server.booking.series.rules import Scope, Step, Wanted, in_scope, shifted
from server.booking.series.shown import Rows, rows_of
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Policy
from server.errors import Conflict, NotFound, Unprocessable
from server.house import House, house_of
from server.templates import render


@dataclass(frozen=True)
class Around:
    """Who moves which booking, bound by which policy (None: by none), on whose page, and what leads back."""

    card: BookingCard
    clinic: Clinic
    by: By
    policy: Policy | None
    back: str
    template: str


@dataclass(frozen=True)
class MoveSeriesPage:
    """The context of booking/series_move.html and booking/staff_series_move.html."""

    card: BookingCard
    clinic: Clinic
    shown: Rows
    action: str
    back: str
    start: str
    which: str
    asks: bool


async def move_page(request: Request, around: Around) -> Response:
    """`GET .../series/move?start=&which=`: where each of them would go, and what stands in the way."""
    asked = request.query_params
    start, scope = read_start(asked.get("start", "")), read_scope(asked)
    if start is None or scope is Scope.ONE:
        return RedirectResponse(f"{around.back}/move", 303)
    cards = await _cards(request, around, scope)
    wanted = shifted(cards, around.card, start, around.clinic.zone)
    picks = [Pick(one.number, one.start, one.start) for one in wanted]
    return await _show(request, around, asked, cards, picks)


async def move(request: Request, around: Around) -> Response:
    """`POST .../series/move`: 303 when all is moved; 409 with the dates when one was taken meanwhile, 422 when one is
    still open. Nothing is moved then. A date that is left out keeps its time.
    """
    house = house_of(request)
    fields = await text_fields(request, 3 * MOST)
    cards = await _cards(request, around, read_scope(fields))
    picks = read_picks(fields)
    by_number = {card.number: card for card in cards}
    if any(pick.number not in by_number for pick in picks):
        raise Conflict()
    moving = [pick for pick in picks if pick.start and pick.start != by_number[pick.number].starts_at]
    if not picks:
        raise Unprocessable()
    if any(pick.is_open for pick in picks):
        return await _show(request, around, fields, cards, picks, 422)
    lost: Sequence[Step] | None = None
    if moving:
        chosen = [by_number[pick.number] for pick in moving]
        lost = await desk.move(house, _bound(around), chosen, _wanted(moving, by_number), around.by)
    if lost is None:
        return RedirectResponse(f"{around.back}?notice=moved-it", 303)
    if not lost:
        raise Conflict()
    return await _show(request, around, fields, cards, picks, 409)


async def cards_in(request: Request, around: Around, scope: Scope) -> list[BookingCard]:
    """The bookings of the series that a change is about."""
    house, series_id = house_of(request), around.card.series_id
    if series_id is None:
        raise NotFound()
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id))
    return in_scope(cards, around.card, scope, house.clock(), around.policy)


async def _cards(request: Request, around: Around, scope: Scope) -> list[BookingCard]:
    cards = await cards_in(request, around, scope)
    if around.card.id not in {card.id for card in cards}:
        raise NotFound()
    return cards


async def _others(house: House, card: BookingCard, moving: Collection[UUID]) -> list[datetime]:
    """The times of the series that keep theirs."""
    series_id = card.series_id
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id)) if series_id else []
    return [one.starts_at for one in cards if one.id not in moving and one.cancelled_at is None]


def _bound(around: Around) -> Clinic:
    """The clinic as who moves books in it."""
    return replace(around.clinic, policy=around.policy or around.clinic.policy)


def _wanted(picks: Sequence[Pick], by_number: Mapping[int | None, BookingCard]) -> list[Wanted]:
    return [
        Wanted(one.number, one.start or one.meant, by_number[one.number].therapist_id, one.start is not None)
        for one in picks
    ]


async def _show(
    request: Request,
    around: Around,
    asked: Mapping[str, str],
    cards: Sequence[BookingCard],
    picks: Sequence[Pick],
    status: int = 200,
) -> Response:
    by_number = {card.number: card for card in cards}
    before: dict[int, datetime] = {card.number or 0: card.starts_at for card in cards}
    chosen = [by_number[pick.number] for pick in picks]
    house, say = house_of(request), speaker_of(request, around.clinic)
    steps = await desk.look_at_move(house, _bound(around), chosen, _wanted(picks, by_number), around.by)
    rest = await _others(house, around.card, {card.id for card in chosen})
    context = MoveSeriesPage(
        card=around.card,
        clinic=around.clinic,
        shown=rows_of(picks, steps, say, house.clock(), before, again=status != 200, elsewhere=rest),
        action=f"{around.back}/series/move",
        back=around.back,
        start=asked.get("start", ""),
        which=read_scope(asked),
        asks=status == 422,
    )
    return render(request, around.template, context, brand=clinics.brand(around.clinic), status=status)
