"""One more person in all dates of a group that meets already: who it is, and then every date, as with any series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.forms import Problems
from server.booking.grouping.store import dates_of
from server.booking.hours import floor
from server.booking.led import led_named, unbound
from server.booking.public import means_of
from server.booking.rules import BookingCard
from server.booking.series.forms import MOST
from server.booking.series.rules import Every
from server.booking.series.store import times_of
from server.booking.week import value_of
from server.booking.who_comes import WhoComes, who_comes
from server.clinic import store as clinics
from server.clinic.rules import Means, Service
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class EnrolPage(WhoComes):
    """The context of booking/staff_enrol.html; `dates`: those of the group that lie ahead."""

    card: BookingCard
    service: Service
    slug: str
    means: Means
    dates: Sequence[datetime]
    start: str
    every: str
    now: datetime


async def enrol_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/group/enrol`. Raises NotFound for a group that does not meet again."""
    return await show(request, {**request.query_params, "group": request.path_params["public_id"]}, {}, "", 200)


async def show(request: Request, asked: Mapping[str, str], problems: Problems, refused: str, status: int) -> Response:
    """The page, with everything that was typed; `group` names a booking in the group. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    card, own = await led_named(request, asked["group"])
    clinic, now = unbound(own), house.clock()

    async def work(db: AsyncSession) -> tuple[Sequence[datetime], Service | None, str, str]:
        dates = await dates_of(db, card.appointment_id, now)
        known = await clinics.services(db, clinic.id, hidden=True)
        people = await clinics.therapists(db, clinic.id, hidden=True)
        times = await times_of(db, card.series_id) if card.series_id else None
        every = times[0] if times else Every.WEEK
        service = next((one for one in known if one.id == card.service_id), None)
        slug = next((one.slug for one in people if one.staff_id == card.therapist_id), "")
        return dates[:MOST], service, slug, Every.WEEK if every is Every.COURSE else every

    dates, service, slug, every = await house.db.read(work)
    if len(dates) < 2 or service is None:
        raise NotFound()
    context = EnrolPage(
        card=card,
        service=service,
        slug=slug,
        means=means_of(service, asked.get("means", "")),
        dates=dates,
        start=value_of(floor(dates[0])),
        every=every,
        now=now,
        **vars(await who_comes(house, viewer, clinic, asked, problems, refused)),
    )
    return render(request, "booking/staff_enrol.html", context, status=status)


routes: list[GuardedRoute] = [page("/staff/bookings/{public_id}/group/enrol", enrol_page, Action.BOOKINGS)]
