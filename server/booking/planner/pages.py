"""The staff calendar: a day, a week or a month of bookings, as a list that a script turns into a grid.

A therapist sees their own; front desk and admin see the clinic's, of all or of one therapist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.booking.led import led_by, noted
from server.booking.planner import free_time, grid, moving, offers, store
from server.booking.planner.forms import parse
from server.booking.planner.grid import Day
from server.booking.planner.moved import Moved, just_moved
from server.booking.planner.rules import Across, Asked, Column, Show, after, before, days_of
from server.booking.planner.store import Sheet
from server.clinic.rules import TherapistCard
from server.errors import NotFound
from server.house import House, house_of
from server.moments import Speaker
from server.patients import store as patients
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render

PATH = "/staff/calendar"


@dataclass(frozen=True)
class Ways:
    """Where the page's links lead: the same view elsewhere, and the same days seen otherwise."""

    back: str
    on: str
    today: str
    shows: Mapping[str, str]
    across: Mapping[str, str]


@dataclass(frozen=True)
class CalendarPage:
    """The context of booking/planner/page.html; `days` has those of the month alone where a month is shown."""

    asked: Asked
    first: date
    last: date
    days: Sequence[Day]
    count: int
    columns: Sequence[Column]
    therapists: Sequence[TherapistCard]
    resources: bool
    ways: Ways
    topic: str
    refresh: str
    moved: Moved | None = field(repr=False)
    grid: Mapping[str, Any] = field(repr=False)


async def calendar_page(request: Request) -> Response:
    """`GET /staff/calendar`."""
    sheet, names, say = await _looked_at(request)
    house, clinic = house_of(request), sheet.practice.clinic
    now = house.clock()
    days = grid.days_with(sheet, names, now)
    first, until = days_of(sheet.asked.show, sheet.asked.day)
    listed = days if sheet.asked.show is not Show.MONTH else [one for one in days if _same_month(one.date, sheet)]
    context = CalendarPage(
        asked=sheet.asked,
        first=first,
        last=date.fromordinal(until.toordinal() - 1),
        days=listed,
        count=sum(len(day.entries) for day in listed),
        columns=sheet.columns,
        therapists=sheet.therapists,
        resources=bool(sheet.resources),
        ways=_ways(sheet.asked, now.astimezone(clinic.zone).date()),
        topic=f"day:{clinic.id}",
        refresh=f"{PATH}/grid?{_query(sheet.asked)}",
        moved=just_moved(request.query_params, sheet.cards, names, clinic, now),
        grid=grid.values(sheet, days, say),
    )
    return render(request, "booking/planner/page.html", context, brand=sheet.practice.brand)


async def calendar_grid(request: Request) -> Response:
    """`GET /staff/calendar/grid`: the same days as JSON, for a page that is open already."""
    sheet, names, say = await _looked_at(request)
    return JSONResponse(grid.values(sheet, grid.days_with(sheet, names, house_of(request).clock()), say))


async def _looked_at(request: Request) -> tuple[Sheet, Mapping[UUID, str], Speaker]:
    """What the address asks for, with names, and the trace that they were seen."""
    house, viewer = house_of(request), viewer_of(request)
    assert viewer.clinic_id is not None
    clinic_id, now, led = viewer.clinic_id, house.clock(), led_by(viewer)
    brand = request.state.brand
    asked = parse(request.query_params, now.astimezone(brand.zone).date())
    sheet = await house.db.read(lambda db: store.load(db, clinic_id, asked, led, now))
    if sheet is None:
        raise NotFound()
    names = await _names(house, clinic_id, sheet)
    await noted(house, viewer, sheet.practice.clinic, "calendar.seen", None, {"patients": len(names)})
    say = Speaker(sheet.practice.clinic.zone, language_of(request, sheet.practice.brand), now)
    return sheet, names, say


async def _names(house: House, clinic_id: UUID, sheet: Sheet) -> Mapping[UUID, str]:
    people = await patients.people(house.db, house.keys, clinic_id, {card.patient_id for card in sheet.cards})
    return {patient_id: person.name for patient_id, person in people.items()}


def _same_month(day: date, sheet: Sheet) -> bool:
    return (day.year, day.month) == (sheet.asked.day.year, sheet.asked.day.month)


def _query(asked: Asked, **changes: str) -> str:
    by = asked.across.value if asked.across is Across.RESOURCES else ""
    plain = {"show": asked.show.value, "day": asked.day.isoformat(), "only": asked.only, "by": by}
    return urlencode({name: value for name, value in (plain | changes).items() if value})


def _ways(asked: Asked, today: date) -> Ways:
    def way(**changes: str) -> str:
        return f"{PATH}?{_query(asked, **changes)}"

    return Ways(
        back=way(day=before(asked.show, asked.day).isoformat()),
        on=way(day=after(asked.show, asked.day).isoformat()),
        today=way(day=today.isoformat()),
        shows={show.value: way(show=show.value) for show in Show},
        across={across.value: way(show=Show.DAY.value, by=across.value) for across in Across},
    )


routes: list[GuardedRoute] = [
    page(PATH, calendar_page, Action.BOOKINGS),
    page(f"{PATH}/grid", calendar_grid, Action.BOOKINGS),
    *moving.routes,
    *free_time.routes,
    *offers.routes,
]
