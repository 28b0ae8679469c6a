"""One link for all patients of a clinic: to the time whose link this browser holds, else whether it is open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.door import card_of_token
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
    """booking/front.html. `times`: whose links this browser holds, the next first; `space`: one is open here."""

    clinic: Clinic
    door: Door
    times: Sequence[BookingCard] = field(repr=False)
    space: bool


async def front_page(request: Request) -> Response:
    """`GET /c/{clinic}/waiting-room`. Raises NotFound."""
    house, now = house_of(request), house_of(request).clock()

    async def work(db: AsyncSession) -> tuple[Clinic, Door] | None:
        clinic = await find_clinic(db, request.path_params["clinic"])
        return (clinic, door(await opening_of(db, clinic, now), now)) if clinic else None

    found = await house.db.read(work)
    if found is None:
        raise NotFound()
    clinic, stands = found
    space = await open_space(house, request)
    times = await _near(request, clinic)
    context = FrontPage(clinic, stands, times, bool(space and space.clinic_id == clinic.id))
    zone = told_zone(request) if times else None  # opening hours are the clinic's
    return render(request, "booking/front.html", context, brand=brand(clinic), zone=zone)


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
