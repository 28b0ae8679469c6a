"""The waiting list as staff see it: who waits for what, since when, and what is offered to whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.led import by_of, led_by, noted, own_clinic
from server.booking.meeting import Meeting, meetings_of
from server.booking.waitlist import store
from server.booking.waitlist.joining import leave
from server.booking.waitlist.rules import WAITS, Left, Offered, Waiting
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import SOME_WEEK
from server.errors import NotFound
from server.house import house_of
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class WaitLine:
    """One place in the line; `person` is None when their key was destroyed."""

    one: Waiting
    person: Person | None = field(repr=False)
    meeting: Meeting = field(repr=False)
    service: str
    therapist: str
    offer: Offered | None


@dataclass(frozen=True)
class WaitingPage:
    """The context of booking/staff_waiting.html. A therapist sees who waits for them; `everyone`: the whole list."""

    lines: Sequence[WaitLine]
    everyone: bool
    some_week: Sequence[date] = SOME_WEEK


async def list_page(request: Request) -> Response:
    """`GET /staff/bookings/waitlist`, longest first."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now, only = await own_clinic(house, viewer), house.clock(), led_by(viewer)

    async def work(db: AsyncSession) -> tuple[Practice | None, list[tuple[Waiting, Offered | None]]]:
        line = await store.in_line(db, clinic.id, now)
        mine = [one for one in line if only in {None, one.wanted.therapist_id}]
        return await practice_of(db, clinic.id), [(one, await store.offer_of(db, one.offer_id)) for one in mine]

    practice, found = await house.db.read(work)
    people = await patients.people(house.db, house.keys, clinic.id, [one.patient_id for one, _ in found])
    meetings = await meetings_of(house, clinic.id, [one for one, _ in found], WAITS)
    await noted(house, viewer, clinic, "waitlist.seen", None, {"patients": len(found)})
    services = {one.id: one.name for one in practice.services} if practice else {}
    therapists = {card.staff_id: card.name for card in practice.therapists} if practice else {}
    lines = [
        WaitLine(
            one=one,
            person=people.get(one.patient_id),
            meeting=meetings[one.id],
            service=services.get(one.wanted.service_id, ""),
            therapist=therapists.get(one.wanted.therapist_id, "") if one.wanted.therapist_id else "",
            offer=offer,
        )
        for one, offer in found
    ]
    return render(request, "booking/staff_waiting.html", WaitingPage(lines, only is None))


async def remove(request: Request) -> Response:
    """`POST /staff/bookings/waitlist/{wait}/remove`. Sent twice, it removes once."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, only = await own_clinic(house, viewer), led_by(viewer)
    one = await house.db.read(lambda db: store.by_id(db, request.path_params["wait"]))
    if one is None or one.clinic_id != clinic.id or only not in {None, one.wanted.therapist_id}:
        raise NotFound()
    await leave(house, one, by_of(viewer), Left.REMOVED)
    return RedirectResponse("/staff/bookings/waitlist?notice=removed", 303)


routes: list[GuardedRoute] = [
    page("/staff/bookings/waitlist", list_page, Action.BOOKINGS),
    page("/staff/bookings/waitlist/{wait:uuid}/remove", remove, Action.BOOKINGS, methods=("POST",)),
]
