"""From a free place on the grid to the page that books on somebody's behalf, with therapist and time filled in."""

from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.booking.hours import floor
from server.booking.led import own_clinic
from server.booking.planner.forms import read_wall
from server.booking.planner.rules import moments_at
from server.booking.week import value_of
from server.clinic.practice import practice_of
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of


async def book_at(request: Request) -> Response:
    """`GET /staff/calendar/book`: `at` a wall time of the clinic, `with` a therapist. 303; of two times the first."""
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    at = read_wall(request.query_params.get("at", ""))
    wanted = read_uuid(request.query_params.get("with", ""))

    async def work(db: AsyncSession) -> str:
        practice = await practice_of(db, clinic.id)
        known = practice.therapists if practice else ()
        return next((card.slug for card in known if card.staff_id == wanted), "")

    asked = {"therapist": await house.db.read(work)}
    if at is not None:
        start = moments_at(at, clinic.zone)[0]
        asked |= {"day": start.astimezone(clinic.zone).date().isoformat(), "start": value_of(floor(start))}
    return RedirectResponse(
        "/staff/bookings/new?" + urlencode({name: text for name, text in asked.items() if text}), 303
    )


routes: list[GuardedRoute] = [
    page("/staff/calendar/book", book_at, Action.BOOKINGS),
]
