"""A series for somebody, made by staff: every date with what stands in its way, then all of it or nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import new_by_staff
from server.booking.acting.booking import through
from server.booking.by_staff import Line, named
from server.booking.led import by_of, led_by, noted, own_clinic
from server.booking.public import speaker_of
from server.booking.requests import text_fields
from server.booking.series import desk, store
from server.booking.series.forms import MOST, Asked, Pick, read_picks
from server.booking.series.meant import Meant, moments_of, read_meant
from server.booking.series.rules import Every, Scope, Step, Wanted
from server.booking.series.shown import Rows, rows_of
from server.clinic.days.rules import ONE_DAY, holidays_between
from server.clinic.rules import Clinic, Service, TherapistCard
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = "/staff/bookings/series"
FIELDS = 3 * MOST
CARRIED = (
    "service", "therapist", "patient", "name", "mail", "phone", "means", "where", "number", "for_whom", "patient_name",
    "born", "interpreter", "captions", "text_only", "start", "every", "count", "append", "group",
)  # fmt: skip


@dataclass(frozen=True)
class PreviewPage:
    """The context of booking/staff_series_preview.html: what was typed goes along, hidden."""

    service: Service
    therapist: TherapistCard
    who: str = field(repr=False)
    shown: Rows
    asked: Asked
    holidays: Mapping[int, str]  # the numbers of dates on public holidays
    asks: bool  # the form was sent with dates that are still open
    group: bool  # they join one that meets already
    carried: Mapping[str, str] = field(repr=False)
    once: str = field(repr=False)


@dataclass(frozen=True)
class SeriesPage:
    """The context of booking/staff_series.html; `lines` earliest first, as a change of several goes."""

    lines: Sequence[Line]
    every: Every
    now: datetime
    ahead: int


async def preview(request: Request) -> Response:
    """`POST /staff/bookings/series`: every date of the rhythm, nothing booked; 422 when something is missing."""
    fields = await text_fields(request, FIELDS)
    meant = await read_meant(request, fields)
    if isinstance(meant, Response):
        return meant
    moments = await moments_of(house_of(request), meant)
    picks = [Pick(number, start, start) for number, start in enumerate(moments, 1)]
    return await _show(request, meant, fields, picks, await _looked(request, meant, picks))


async def book(request: Request) -> Response:
    """`POST .../book`: 303 to the series; 409 with the dates when one was taken meanwhile, 422 when one is still open.
    Nothing is booked then.
    """
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request, FIELDS)
    meant = await read_meant(request, fields)
    if isinstance(meant, Response):
        return meant
    picks = read_picks(fields)
    wanted = [one for one in _wanted(picks, meant.therapist) if one.taken]
    if not wanted or any(pick.is_open for pick in picks):
        return await _show(request, meant, fields, picks, await _looked(request, meant, picks), 422)
    outcome = await desk.book(house, _order(meant, wanted), by_of(viewer))
    if isinstance(outcome, desk.Made):
        return RedirectResponse(f"{HERE}/{outcome.id}?notice=booked-all", 303)
    return await _show(request, meant, fields, picks, await _looked(request, meant, picks), 409)


async def series_page(request: Request) -> Response:
    """`GET /staff/bookings/series/{series}`: its dates, and what became of each. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, series_id = await own_clinic(house, viewer), request.path_params["series"]
    found = await house.db.read(lambda db: store.times_of(db, series_id))
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id))
    mine = [card for card in cards if card.clinic_id == clinic.id and led_by(viewer) in (None, card.therapist_id)]
    if found is None or not mine:
        raise NotFound()
    lines = await named(house, clinic, sorted(mine, key=lambda card: card.starts_at))
    await noted(house, viewer, clinic, "series.seen", series_id, {"patients": 1})
    now = house.clock()
    ahead = sum(card.cancelled_at is None and card.starts_at > now for card in mine)
    return render(request, "booking/staff_series.html", SeriesPage(lines, found[0], now, ahead))


async def cancel_all(request: Request) -> Response:
    """`POST .../{series}/cancel`: all that are ahead. Sent twice, it cancels once. `asked`: the patient wanted it.
    Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    asked = (await text_fields(request)).get("asked") == "yes"
    clinic, series_id = await own_clinic(house, viewer), request.path_params["series"]
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series_id))
    if not cards or any(
        card.clinic_id != clinic.id or led_by(viewer) not in (None, card.therapist_id) for card in cards
    ):
        raise NotFound()
    count = await desk.cancel(house, clinic, cards[0], Scope.ALL, by_of(viewer), asked=asked)
    notice = "cancelled-all" if count else "not-changed"
    return RedirectResponse(f"{HERE}/{series_id}?notice={notice}", 303)


def _wanted(picks: Sequence[Pick], therapist: TherapistCard) -> list[Wanted]:
    return [Wanted(one.number, one.start or one.meant, therapist.staff_id, one.start is not None) for one in picks]


async def _looked(request: Request, meant: Meant, picks: Sequence[Pick]) -> list[Step]:
    if not picks:
        return []
    wanted = _wanted(picks, meant.therapist)
    return await desk.look(house_of(request), meant.clinic, meant.ground, wanted)


def _order(meant: Meant, wanted: Sequence[Wanted]) -> desk.Order:
    details, patient = meant.details, meant.patient
    person, acting = patient or new_by_staff.person_of(meant.clinic, details), None
    if details.patient:
        person, acting = through(person, details.for_whom, details.patient)
    return desk.Order(
        clinic=meant.clinic,
        ground=meant.ground,
        every=meant.asked.every,
        wanted=wanted,
        person=person,
        known_patient=patient is not None,
        for_whom=details.for_whom,
        means=details.means,
        meeting=new_by_staff.meeting_at_desk(meant.chosen, details, patient),
        acting=acting,
        once=details.once,
    )


async def _show(
    request: Request,
    meant: Meant,
    fields: Mapping[str, str],
    picks: Sequence[Pick],
    steps: Sequence[Step],
    status: int = 200,
) -> Response:
    carried = {name: fields[name] for name in CARRIED if fields.get(name)}
    say, now = speaker_of(request, meant.clinic), house_of(request).clock()
    context = PreviewPage(
        service=meant.chosen.service,
        therapist=meant.therapist,
        who=meant.patient.name if meant.patient else meant.details.name,
        shown=rows_of(picks, steps, say, now, again=status != 200),
        asked=meant.asked,
        holidays=_holidays(meant.clinic, steps, say.language),
        asks=status == 422,
        group=bool(meant.group),
        carried={**carried, "therapist": meant.therapist.slug, "count": str(meant.asked.count)},
        once=fields.get("once") or secrets.token_urlsafe(18),
    )
    return render(request, "booking/staff_series_preview.html", context, status=status)


def _holidays(clinic: Clinic, steps: Sequence[Step], language: str) -> dict[int, str]:
    days = {step.number: step.start.astimezone(clinic.zone).date() for step in steps}
    if not days:
        return {}
    known = holidays_between(clinic, min(days.values()), max(days.values()) + ONE_DAY, language)
    names = {one.day: one.name for one in known}
    return {number: names[day] for number, day in days.items() if day in names}


routes: list[GuardedRoute] = [
    page(HERE, preview, Action.BOOKINGS, methods=("POST",)),
    page(f"{HERE}/book", book, Action.BOOKINGS, methods=("POST",)),
    page(f"{HERE}/{{series:uuid}}", series_page, Action.BOOKINGS),
    page(f"{HERE}/{{series:uuid}}/cancel", cancel_all, Action.BOOKINGS, methods=("POST",)),
]
