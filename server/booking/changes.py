"""Moving and cancelling by the patient, within the clinic's policy, and the calendar file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import desk
from server.booking.deadlines import MAY_CANCEL, Change, deadline, last_word, may_cancel, may_move
from server.booking.door import own_booking
from server.booking.forms import Problem, read_late_reason, read_start
from server.booking.mails import calendar_file
from server.booking.meeting import Meeting, meeting_of
from server.booking.paying.shown import Owing, owing
from server.booking.public import Choice, Times, load_choice, pick_of, times_of
from server.booking.requests import text_fields, told_zone
from server.booking.rules import BookingCard, Reason, Refused, Wish
from server.booking.series import desk as series_desk
from server.booking.series.forms import read_scope
from server.booking.series.own import too_near
from server.booking.series.rules import Scope, first_shown, lies_beyond, reaching
from server.booking.store import By, as_one
from server.booking.where.store import held_by
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import Conflict
from server.framing import framed_of, inside
from server.house import house_of
from server.routing import GuardedRoute, page
from server.templates import render

TRIES = 2


@dataclass(frozen=True)
class Frame:
    """Around the times of a move: where its form and links lead, what leads back, and whose page it is. `own`: the
    patient's."""

    action: str
    back: str
    template: str
    own: bool = False


def frame_of(card: BookingCard) -> Frame:
    """The patient's own page."""
    return Frame(f"/visit/{card.public_id}/move", f"/visit/{card.public_id}", "booking/move.html", own=True)


@dataclass(frozen=True)
class CancelPage:
    """The context of booking/cancel.html. `late`: the deadline has passed, so it asks why; `owing`: what it costs;
    `stay`: of its series, what is too near to go with it.
    """

    card: BookingCard
    clinic: Clinic
    late: bool = False
    until_span: timedelta = timedelta()
    reason: str = field(default="", repr=False)
    problem: Problem | None = None
    owing: Owing | None = None
    stay: Sequence[BookingCard] = ()


@dataclass(frozen=True)
class ClosedPage:
    """The context of booking/closed.html: why a booking cannot be changed here any more; `what` is move or cancel."""

    card: BookingCard
    clinic: Clinic
    what: str
    why: Change
    until_span: timedelta
    may_cancel: bool


@dataclass(frozen=True)
class MovePage:
    """The context of booking/move.html. `latest`: no later than this it moves here, said where the times come to it."""

    card: BookingCard
    clinic: Clinic
    times: Times
    action: str
    back: str
    problems: Mapping[str, Problem | None]
    refused: str
    sure: str  # a start after which nothing can be moved or cancelled: shown once more before it is taken
    latest: datetime | None


async def move_page(request: Request) -> Response:
    """`GET /visit/{public_id}/move`: free times of the same therapist."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    why = may_move(card, clinic.policy, house.clock())
    if why is not Change.ALLOWED:
        return _closed(request, card, clinic, "move", why, 200)
    return await show_times(request, card, clinic, request.query_params, frame_of(card))


async def move(request: Request) -> Response:
    """`POST /visit/{public_id}/move`: 303, or the times again when it cannot be had. Sent twice, it moves once.

    A time whose own deadline has passed is asked about first: afterwards neither move nor cancel is allowed.
    """
    house = house_of(request)
    card, clinic = await own_booking(request)
    able = reaching(clinic, card, house.clock(), own=True)
    fields = await text_fields(request)
    start = read_start(fields.get("start", ""))
    back = RedirectResponse(inside(request, f"/visit/{card.public_id}?notice=moved-it"), 303)
    if start == card.starts_at and card.cancelled_at is None:
        return back
    why = may_move(card, clinic.policy, house.clock())
    if why is not Change.ALLOWED:
        return _closed(request, card, clinic, "move", why)
    if start is None:
        return await show_times(
            request, card, clinic, fields, frame_of(card), problems={"start": Problem.START_MISSING}
        )
    if (which := read_scope(fields)) is not Scope.ONE and card.series_id and not framed_of(request):
        asked = urlencode({"start": fields["start"], "which": which})
        return RedirectResponse(f"/visit/{card.public_id}/series/move?{asked}", 303)
    wish = Wish(start, card.therapist_id)
    asks = last_word(card, start, clinic.policy, house.clock()) and fields.get("sure") != fields["start"]
    if asks:
        refused = await desk.look_at_move(house, able, card, wish)
    else:
        refused = await desk.move(house, able, card, wish, By("patient", card.patient_id))
    if not asks and not refused:
        return back
    sure = "" if refused else fields["start"]
    return await show_times(request, card, clinic, fields, frame_of(card), refused=refused, sure=sure)


async def show_times(
    request: Request,
    card: BookingCard,
    clinic: Clinic,
    asked: Mapping[str, str],
    frame: Frame,
    *,
    problems: Mapping[str, Problem] | None = None,
    refused: Refused | None = None,
    sure: str = "",
    whole: bool = False,
) -> Response:
    """The free times that a booking could move to: 200 at first, 422 or 409 when an answer is missing or came late.
    One that lies far ahead moves around its own date, further than the clinic plans otherwise.

    `whole`: with everybody else who comes to the same appointment.
    """
    house = house_of(request)
    now, zone = house.clock(), told_zone(request) or clinic.zone
    far = card.series_id or whole or lies_beyond(clinic, card, now)
    clinic = reaching(clinic, card, now, own=frame.own)
    until = now + clinic.policy.horizon
    if far and "day" not in asked:  # it may lie months ahead
        asked = {**asked, "day": first_shown(card, until, zone).isoformat()}

    meeting = await meeting_of(house, card) if clinic.asks_where else Meeting()

    async def work(db: AsyncSession) -> Choice:
        pick = await pick_of(db, clinic, card)
        held = await held_by(db, clinic, [card.therapist_id]) if meeting.where else {}
        pick = replace(pick, held=held, where=meeting.where or None)
        pick = replace(pick, service=as_one(pick.service)) if whole else pick
        return await load_choice(db, pick, asked, zone, now, without=card.appointment_id, patient_id=card.patient_id)

    choice = await house.db.read(work)
    times = times_of(request, choice, now, frame.action, {})
    context = MovePage(
        card=card,
        clinic=clinic,
        times=times,
        action=frame.action,
        back=frame.back,
        problems={"start": None} | dict(problems or {}),
        refused=refused.reason.value if refused else "",
        sure=sure,
        latest=until if frame.own and not times.week.after else None,
    )
    status = 200 if not (problems or refused or sure) else 409 if refused and refused.reason is Reason.TAKEN else 422
    return render(request, frame.template, context, brand=clinics.brand(clinic), status=status)


async def cancel_page(request: Request) -> Response:
    """`GET /visit/{public_id}/cancel` asks; nothing happens before the button is pressed."""
    card, clinic = await own_booking(request)
    why = may_cancel(card, clinic.policy, house_of(request).clock())
    if why not in MAY_CANCEL:
        return _closed(request, card, clinic, "cancel", why, 200)
    return await _ask_to_cancel(request, card, clinic, late=why is Change.LATE)


async def _ask_to_cancel(
    request: Request,
    card: BookingCard,
    clinic: Clinic,
    *,
    late: bool,
    reason: str = "",
    problem: Problem | None = None,
) -> Response:
    house = house_of(request)
    known, stay = await owing(house, card), await too_near(house, card, clinic)
    context = CancelPage(card, clinic, late, deadline(card, clinic.policy), reason, problem, known, stay)
    status = 422 if problem else 200
    return render(request, "booking/cancel.html", context, brand=clinics.brand(clinic), status=status)


async def cancel(request: Request) -> Response:
    """`POST /visit/{public_id}/cancel`. Sent twice, it cancels once; a page from before a move cancels nothing.

    After the deadline it asks for a reason, where the clinic lets people cancel then.
    """
    house = house_of(request)
    fields = await text_fields(request)
    was, scope, reason = fields.get("was"), read_scope(fields), read_late_reason(fields)
    for _ in range(TRIES):
        card, clinic = await own_booking(request)
        back = RedirectResponse(inside(request, f"/visit/{card.public_id}"), 303)
        why = may_cancel(card, clinic.policy, house.clock())
        if why is Change.CANCELLED:
            return back
        if why not in MAY_CANCEL:
            return _closed(request, card, clinic, "cancel", why)
        late = why is Change.LATE
        if late and isinstance(reason, Problem):
            typed = fields.get("reason", "")
            return await _ask_to_cancel(request, card, clinic, late=late, reason=typed, problem=reason)
        said = reason if late and not isinstance(reason, Problem) else ""
        if was not in (None, str(card.sequence)):
            raise Conflict()
        by = By("patient", card.patient_id)
        if card.series_id and scope is not Scope.ONE:
            await series_desk.cancel(house, clinic, card, scope, by, clinic.policy)
            return back
        if await desk.cancel(house, clinic, card, by, said):
            return back
    return back


def _closed(request: Request, card: BookingCard, clinic: Clinic, what: str, why: Change, status: int = 409) -> Response:
    still = may_cancel(card, clinic.policy, house_of(request).clock()) in MAY_CANCEL
    context = ClosedPage(card, clinic, what, why, deadline(card, clinic.policy), still)
    return render(request, "booking/closed.html", context, brand=clinics.brand(clinic), status=status)


async def calendar_entry(request: Request) -> Response:
    """`GET /visit/{public_id}/calendar.ics`."""
    card, _clinic = await own_booking(request)
    body = await calendar_file(house_of(request), card.id)
    headers = {"content-disposition": 'attachment; filename="appointment.ics"', "referrer-policy": "no-referrer"}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/move", move_page, Action.VISIT),
    page("/visit/{public_id}/move", move, Action.VISIT, methods=("POST",)),
    page("/visit/{public_id}/cancel", cancel_page, Action.VISIT),
    page("/visit/{public_id}/cancel", cancel, Action.VISIT, methods=("POST",)),
    page("/visit/{public_id}/calendar.ics", calendar_entry, Action.VISIT),
]
