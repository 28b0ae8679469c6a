"""One more person in all dates of a group that meets already: who it is, and then every date, as with any series."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking import new_by_staff
from server.booking.forms import Problem, Problems
from server.booking.grouping.store import dates_of
from server.booking.hours import floor
from server.booking.led import led_named, noted, unbound
from server.booking.public import means_of
from server.booking.rules import BookingCard
from server.booking.series.forms import MOST
from server.booking.series.rules import Every
from server.booking.series.store import times_of
from server.booking.week import value_of
from server.clinic import store as clinics
from server.clinic.rules import Means, Service
from server.errors import NotFound
from server.house import house_of
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class EnrolPage:
    """The context of booking/staff_enrol.html; `dates`: those of the group that lie ahead."""

    card: BookingCard
    service: Service
    slug: str
    means: Means
    dates: Sequence[datetime]
    start: str
    every: str
    now: datetime
    asked: str = field(repr=False)
    found: Sequence[Person] = field(repr=False)
    patient: Person | None = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    refused: str
    once: str = field(repr=False)


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
    who = asked.get("who", "").strip()[:120]
    patient = await new_by_staff.known_patient(house, viewer, clinic, asked)
    if patient:
        await noted(house, viewer, clinic, "patient.picked", None, {"patients": 1, "patient": patient.id.hex})
    context = EnrolPage(
        card=card,
        service=service,
        slug=slug,
        means=means_of(service, asked.get("means", "")),
        dates=dates,
        start=value_of(floor(dates[0])),
        every=every,
        now=now,
        asked=who,
        found=await new_by_staff.found_people(house, viewer, clinic, who),
        patient=patient,
        typed={name: asked.get(name, "") for name in new_by_staff.TYPED},
        problems=dict.fromkeys(new_by_staff.TYPED) | problems,
        refused=refused,
        once=asked.get("once") or secrets.token_urlsafe(18),
    )
    return render(request, "booking/staff_enrol.html", context, status=status)


routes: list[GuardedRoute] = [page("/staff/bookings/{public_id}/group/enrol", enrol_page, Action.BOOKINGS)]
