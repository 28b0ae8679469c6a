"""Single days: one therapist's hours on one date, and the public holidays on which the clinic is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.days import store
from server.clinic.days.forms import Day, holiday_fields, parse_day, parse_holidays
from server.clinic.days.rules import Holiday, are_known, holidays_between, regions_of
from server.clinic.freed import time_freed
from server.clinic.met import by_what_it_met
from server.clinic.requests import Typed, entry_of, form_of, ticked
from server.clinic.rules import Clinic, TherapistCard, WeeklyHours
from server.clinic.settings import own_clinic
from server.clinic.sheet import Fields, Reason
from server.clinic.timetable import Given, Timetable, card_of, given_by, load_timetable
from server.errors import NotFound
from server.house import house_of
from server.routing import page, viewer_of
from server.templates import language_of, render

SHOWN = timedelta(days=400)


@dataclass(frozen=True)
class DaysPage:
    """clinic/days.html; `given`: what the therapist offers, and which of it in hours of its own."""

    card: TherapistCard
    own: bool
    ahead: Mapping[store.Which, Sequence[WeeklyHours]]
    given: Given
    names: Mapping[UUID, str]
    today: date
    form: Fields
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class HolidaysPage:
    """clinic/holidays.html; `known`: whether the holidays of the clinic's country are known."""

    clinic: Clinic
    known: bool
    regions: Sequence[tuple[str, str]]
    ahead: Sequence[Holiday]
    form: Fields
    reasons: Mapping[str, Reason]


async def days_page(request: Request) -> Response:
    """`GET /staff/clinic/hours/{therapist}/days`: the dates ahead that differ, and a form for one more."""
    return await _days(request, await _timetable(request), Typed(), {})


async def add_day(request: Request) -> Response:
    """Keep a date's own hours; what is booked already stays booked."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    table = await _timetable(request)
    card = card_of(table, request)
    given = await given_by(house, viewer, card)
    parsed = parse_day(fields, _today(request, table.clinic), [one.id for one in given.services])
    if not isinstance(parsed, Day):
        return await _days(request, table, fields, parsed)

    async def work(db: AsyncSession) -> None:
        await store.set_day(db, table.clinic.id, card.staff_id, parsed.day, parsed.hours, parsed.service_id)
        detail = {"day": parsed.day.isoformat(), "spans": len(parsed.hours), "service": str(parsed.service_id or "")}
        note(db, entry_of(viewer, "day.changed", "therapist", card.staff_id, detail), house.clock())
        time_freed(db, table.clinic.id, house.clock())

    await house.db.unit(work)
    return by_what_it_met(f"/staff/clinic/hours/{card.slug}/days?notice=kept")


async def drop_day(request: Request) -> Response:
    """Let the week hold on that date again. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    card = card_of(await _timetable(request), request)
    day, which = _date(request.path_params["day"]), _service(await form_of(request))

    async def work(db: AsyncSession) -> None:
        if day is None or not await store.drop_day(db, card.staff_id, day, which):
            raise NotFound()
        entry = entry_of(viewer, "day.dropped", "therapist", card.staff_id, {"day": day.isoformat()})
        note(db, entry, house.clock())
        time_freed(db, entry.clinic_id, house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"/staff/clinic/hours/{card.slug}/days?notice=week-again", 303)


async def holidays_page(request: Request) -> Response:
    """`GET /staff/clinic/holidays`: which public holidays lie ahead, and on which of them the clinic is closed."""
    clinic = await own_clinic(house_of(request), viewer_of(request))
    return _holidays(request, clinic, holiday_fields(clinic), {})


async def change_holidays(request: Request) -> Response:
    """Keep it; what is booked on such a day stays booked."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    closed, shown = [
        [day for text in await ticked(request, name) if (day := _date(text))] for name in ("closed", "shown")
    ]
    clinic = await own_clinic(house, viewer)
    parsed = parse_holidays(clinic, fields, closed, shown)
    if not isinstance(parsed, Clinic):
        return _holidays(request, clinic, fields, parsed)

    async def work(db: AsyncSession) -> None:
        current = await clinics.clinic_to_change(db, clinic.id) or clinic
        close, region = parsed.closes_on_holidays, parsed.region
        kept = replace(current, region=region, closes_on_holidays=close, works_on=parsed.works_on)
        await clinics.change_clinic(db, kept)
        detail = {"section": "holidays", "close": close}
        note(db, entry_of(viewer, "clinic.changed", "clinic", clinic.id, detail), house.clock())
        time_freed(db, clinic.id, house.clock())

    await house.db.unit(work)
    return by_what_it_met("/staff/clinic/holidays?notice=kept")


async def _timetable(request: Request) -> Timetable:
    return await load_timetable(house_of(request), viewer_of(request))


async def _days(request: Request, table: Timetable, fields: Fields, reasons: Mapping[str, Reason]) -> Response:
    house, card, today = house_of(request), card_of(table, request), _today(request, table.clinic)
    ahead = await house.db.read(lambda db: store.days_ahead(db, card.staff_id, today))
    given, own = await given_by(house, viewer_of(request), card), viewer_of(request).staff_id == card.staff_id
    names = {one.id: one.name for one in given.services}
    context = DaysPage(card, own, ahead, given, names, today, fields, reasons)
    return render(request, "clinic/days.html", context, status=422 if reasons else 200)


def _holidays(request: Request, clinic: Clinic, fields: Fields, reasons: Mapping[str, Reason]) -> Response:
    today = _today(request, clinic)
    ahead = holidays_between(clinic, today, today + SHOWN, language_of(request, request.state.brand))
    known = are_known(clinic.country)
    context = HolidaysPage(clinic, known, regions_of(clinic.country), ahead, fields, reasons)
    return render(request, "clinic/holidays.html", context, status=422 if reasons else 200)


def _today(request: Request, clinic: Clinic) -> date:
    return house_of(request).clock().astimezone(clinic.zone).date()


def _service(fields: Fields) -> UUID | None:
    """The service that was meant alone. Raises NotFound for what is no id."""
    try:
        return UUID(fields["service"]) if fields.get("service") else None
    except ValueError:
        raise NotFound() from None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


routes = [
    page("/staff/clinic/hours/{therapist}/days", days_page, Action.HOURS),
    page("/staff/clinic/hours/{therapist}/days", add_day, Action.HOURS, methods=("POST",)),
    page("/staff/clinic/hours/{therapist}/days/{day}/drop", drop_day, Action.HOURS, methods=("POST",)),
    page("/staff/clinic/holidays", holidays_page, Action.CLINIC),
    page("/staff/clinic/holidays", change_holidays, Action.CLINIC, methods=("POST",)),
]
