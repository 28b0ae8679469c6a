"""One link for all patients of a clinic: to the time whose link this browser holds, else whether it is open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.door import card_of_token
from server.booking.forms import Problem
from server.booking.links import held_tokens
from server.booking.requests import told_zone
from server.booking.rules import BookingCard
from server.clinic.opening.rules import Door, door
from server.clinic.opening.store import opening_of
from server.clinic.rules import Clinic
from server.clinic.store import brand, find_clinic
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import open_space
from server.routing import GuardedRoute, page
from server.templates import render

NEAR = timedelta(hours=24)


@dataclass(frozen=True)
class FrontPage:
    """booking/front.html. `times`: whose links this browser holds, the next first; `space`: one is open here.

    `sends`: a link can be sent to who lost it; `typed` and `problem` are of a try at that.
    """

    clinic: Clinic
    door: Door
    times: Sequence[BookingCard] = field(repr=False)
    space: bool
    sends: bool
    typed: str = field(repr=False)
    problem: Problem | None


async def front_page(request: Request) -> Response:
    """`GET /c/{clinic}/waiting-room`. Raises NotFound."""
    return await shown(request)


async def clinic_of(request: Request) -> Clinic:
    """The clinic of this address. Raises NotFound."""
    found = await house_of(request).db.read(lambda db: find_clinic(db, request.path_params["clinic"]))
    if found is None:
        raise NotFound()
    return found


async def shown(request: Request, typed: str = "", problem: Problem | None = None) -> Response:
    """The page, with a try to have the link sent that needs mending. Raises NotFound."""
    house, now = house_of(request), house_of(request).clock()
    clinic = await clinic_of(request)
    stands = await house.db.read(lambda db: _door(db, clinic, now))
    space = await open_space(house, request)
    times = await _near(request, clinic)
    has_space = bool(space and space.clinic_id == clinic.id)
    sends = house.mailer.sends or house.texter.sends
    context = FrontPage(clinic, stands, times, has_space, sends, typed, problem)
    zone = told_zone(request) if times else None  # opening hours are the clinic's
    status = 422 if problem else 200
    return render(request, "booking/front.html", context, brand=brand(clinic), zone=zone, status=status)


async def _door(db: AsyncSession, clinic: Clinic, now: datetime) -> Door:
    return door(await opening_of(db, clinic, now), now)


async def _near(request: Request, clinic: Clinic) -> list[BookingCard]:
    """Times of this clinic whose links this browser holds, that go on or begin within a day."""
    house, now = house_of(request), house_of(request).clock()
    cards = [await card_of_token(house, token) for token in held_tokens(house.settings, request.cookies)]
    near = [
        card
        for card in cards
        if card and card.clinic_id == clinic.id and card.cancelled_at is None and now < card.ends_at < now + NEAR
    ]
    return sorted(near, key=lambda card: card.starts_at)


routes: list[GuardedRoute] = [page("/c/{clinic}/waiting-room", front_page, Action.PUBLIC)]
