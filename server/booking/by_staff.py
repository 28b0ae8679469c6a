"""Bookings as staff see them: the list, one booking with its contacts, its link on paper, move and cancel.

A therapist sees their own; front desk and admin see the clinic's. Why somebody comes is shown
to the therapist who leads it and to nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits, may
from server.booking import desk, store
from server.booking.changes import Frame, show_times
from server.booking.deadlines import Change, staff_may_change
from server.booking.door import qr_of, token_for
from server.booking.forms import Problem, read_date, read_start
from server.booking.intake.shown import Told as Answers
from server.booking.intake.shown import told
from server.booking.led import by_of, led_booking, led_by, noted, own_clinic, subject_of, unbound
from server.booking.links import address_of
from server.booking.meeting import meeting_of, number_called
from server.booking.paying.owed import Owed, owed_for
from server.booking.reminders import store as reminders
from server.booking.reminders.store import Told
from server.booking.requests import text_fields
from server.booking.rooms import Room, rooms_of
from server.booking.rules import BookingCard, Wish
from server.booking.series import desk as series_desk
from server.booking.series.again import book_again
from server.booking.series.forms import read_scope
from server.booking.series.rules import Scope, reaching
from server.booking.texts import ways
from server.booking.unkept.rules import Why
from server.booking.unkept.store import among
from server.booking.where.store import ends_for
from server.clinic.licences.rules import Place
from server.clinic.paying.rules import Way
from server.clinic.rules import Clinic
from server.crypto import normal_text, unseal
from server.errors import NotFound
from server.house import House, house_of
from server.moments import Speaker, known_zone, same_clock
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render

AHEAD = timedelta(days=28)
SEARCH_BACK = timedelta(days=90)
SEARCH_AHEAD = timedelta(days=370)


@dataclass(frozen=True)
class Line:
    """A booking in the list; a person whose key was destroyed has no name."""

    card: BookingCard
    name: str = field(repr=False)


@dataclass(frozen=True)
class BookingsPage:
    """The context of booking/staff_list.html."""

    days: Sequence[tuple[datetime, Sequence[Line]]]
    count: int
    asked: str = field(repr=False)
    from_day: str
    all_therapists: bool
    money: bool  # the clinic asks for it here, and the viewer may see it
    unkept: int  # of those shown: nobody will keep them


@dataclass(frozen=True)
class OneBookingPage:
    """The context of booking/staff_one.html; `reason` is None for who may not see it."""

    card: BookingCard
    person: Person | None = field(repr=False)
    reason: str | None = field(repr=False)
    change: Change
    moved_or_cancelled: bool
    rooms: Sequence[Room]
    book_again: str
    confirmed_at: datetime | None = None
    reminded: Sequence[Told] = ()
    late: bool = False
    late_reason: str | None = field(default=None, repr=False)
    called: str = field(default="", repr=False)  # the number for a booking by phone
    where: Place = field(default=Place(), repr=False)  # the patient said that they will be
    may_not: bool = False  # nobody's list covers that place on that day
    questions: Answers | None = field(default=None, repr=False)
    unkept: Why | None = None  # nobody will keep it as it is, or it lies outside of the hours
    is_told: bool = True  # of a change just made: a message reaches the patient, or who acts for them
    owed: Owed | None = None  # for who may see money, once it is known


@dataclass(frozen=True)
class PrintPage:
    """The context of booking/staff_print.html."""

    card: BookingCard
    clinic: Clinic
    name: str = field(repr=False)
    link: str = field(repr=False)
    qr: str = field(repr=False)
    theirs: Speaker | None  # speaks the patient's zone, where its clock differs


async def bookings_page(request: Request) -> Response:
    """`GET /staff/bookings`: what comes, by day; `q` searches names, in memory, because no index may hold them."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    asked = request.query_params.get("q", "").strip()[:120]
    day = read_date(request.query_params.get("from", ""))
    now = house.clock()
    start = datetime.combine(day, time(), clinic.zone) if day else now - timedelta(hours=2)
    span = (now - SEARCH_BACK, now + SEARCH_AHEAD) if asked else (start, start + AHEAD)
    cards = await house.db.read(lambda db: store.bookings_between(db, clinic.id, led_by(viewer), *span))
    lines = await named(house, clinic, cards)
    found = [line for line in lines if normal_text(asked) in normal_text(line.name)]
    await noted(house, viewer, clinic, "bookings.seen", None, {"patients": len({one.card.patient_id for one in found})})
    lost = await house.db.read(lambda db: among(db, clinic.id, [one.card for one in found], now))
    context = BookingsPage(
        days=by_day(found, clinic),
        count=len(found),
        asked=asked,
        from_day=start.astimezone(clinic.zone).date().isoformat(),
        all_therapists=led_by(viewer) is None,
        money=clinic.paying.way is not Way.NONE and admits(viewer, Action.MONEY),
        unkept=len(lost),
    )
    return render(request, "booking/staff_list.html", context)


async def one_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}`."""
    house, viewer = house_of(request), viewer_of(request)
    card, clinic = await led_booking(request)
    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    shows_reason = may(viewer, Action.REASON, subject_of(card))
    reason = await _reason(house, card) if person and shows_reason else None
    answers = await told(house, card, words=shows_reason)
    detail = {"patients": 1, "reason": reason is not None, "answers": len(answers.lines) if answers else 0}
    await noted(house, viewer, clinic, "booking.seen", card.id, detail)
    change = staff_may_change(card, house.clock())
    changed = card.cancelled_at is not None or card.moved_from is not None
    rooms = (await house.db.read(lambda db: rooms_of(db, [card.appointment_id])))[card.appointment_id]
    confirmed_at, reminded = await house.db.read(lambda db: _reminded(db, card))
    late, why = await _why_late(house, card, shown=person is not None and shows_reason)
    meeting = await meeting_of(house, card)
    called, ends = number_called(card, meeting, person), await ends_for(house, clinic, card, [card.therapist_id])
    may_not = card.cancelled_at is None and card.starts_at >= ends.get(card.therapist_id, card.ends_at)
    lost = await house.db.read(lambda db: among(db, clinic.id, [card], house.clock()))
    again = await book_again(house, card, clinic.zone)
    context = OneBookingPage(
        card, person, reason, change, changed, rooms, again, confirmed_at, reminded, late, why, called,
        meeting.where, may_not, answers, lost[0].why if lost else None, await _told(request, house, card),
        await owed_for(house, viewer, card),
    )  # fmt: skip
    return render(request, "booking/staff_one.html", context)


async def _told(request: Request, house: House, card: BookingCard) -> bool:
    changed = request.query_params.get("notice") in {"moved-it", "cancelled-it"}
    return not changed or bool(await ways(house, card.id))


async def _why_late(house: House, card: BookingCard, *, shown: bool) -> tuple[bool, str | None]:
    """Whether it was cancelled after the deadline, and why, for who may read that."""
    if card.cancelled_at is None:
        return False, None
    late, sealed = await house.db.read(lambda db: store.late_reason_of(db, card.id))
    if sealed is None or not shown:
        return late, None
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    return late, unseal(key, sealed, desk.late_place(card.clinic_id, card.patient_id, card.id))


async def _reminded(db: AsyncSession, card: BookingCard) -> tuple[datetime | None, Sequence[Told]]:
    """When the patient confirmed the time that it has now, and the reminders that left."""
    said = await reminders.confirmed(db, {card.id: card.starts_at})
    return said.get(card.id), await reminders.told(db, card.id)


async def print_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/print`: the patient's link on paper."""
    house, viewer = house_of(request), viewer_of(request)
    card, clinic = await led_booking(request)
    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    link = address_of(house.settings, await token_for(house, card.id))
    await noted(house, viewer, clinic, "booking.link_printed", card.id, {})
    person = people.get(card.patient_id)
    zone = known_zone(person.zone if person else "") or clinic.zone
    theirs = Speaker(zone, language_of(request)) if not same_clock(zone, clinic.zone, card.starts_at) else None
    context = PrintPage(card, clinic, person.name if person else "", link, qr_of(link), theirs)
    response = render(request, "booking/staff_print.html", context)
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def move_page(request: Request) -> Response:
    """`GET /staff/bookings/{public_id}/move`."""
    card, clinic = await _changeable(request)
    return await show_times(request, card, unbound(clinic), request.query_params, _frame(card))


async def move(request: Request) -> Response:
    """`POST /staff/bookings/{public_id}/move`."""
    house = house_of(request)
    fields = await text_fields(request)
    start = read_start(fields.get("start", ""))
    card, clinic = await led_booking(request)
    back = RedirectResponse(f"/staff/bookings/{card.public_id}?notice=moved-it", 303)
    if start == card.starts_at and card.cancelled_at is None:
        return back
    card, clinic = await _changeable(request)
    if start is None:
        missing = {"start": Problem.START_MISSING}
        return await show_times(request, card, unbound(clinic), fields, _frame(card), problems=missing)
    if (which := read_scope(fields)) is not Scope.ONE and card.series_id:
        asked = urlencode({"start": fields["start"], "which": which})
        return RedirectResponse(f"/staff/bookings/{card.public_id}/series/move?{asked}", 303)
    wish = Wish(start, card.therapist_id)
    able = unbound(reaching(clinic, card, house.clock()))
    refused = await desk.move(house, able, card, wish, by_of(viewer_of(request)))
    if refused is None:
        return back
    return await show_times(request, card, unbound(clinic), fields, _frame(card), refused=refused)


async def cancel(request: Request) -> Response:
    """`POST /staff/bookings/{public_id}/cancel`. Sent twice, it cancels once. `asked`: the patient wanted it."""
    house, by = house_of(request), by_of(viewer_of(request))
    fields = await text_fields(request)
    scope, asked = read_scope(fields), fields.get("asked") == "yes"
    card, clinic = await led_booking(request)
    change = staff_may_change(card, house.clock())
    back = RedirectResponse(f"/staff/bookings/{card.public_id}?notice=cancelled-it", 303)
    if change is Change.CANCELLED:
        return back
    if change is Change.ALLOWED and card.series_id and scope is not Scope.ONE:
        await series_desk.cancel(house, clinic, card, scope, by, asked=asked)
        return back
    if change is Change.ALLOWED and await desk.cancel(house, clinic, card, by, asked=asked):
        return back
    return RedirectResponse(f"/staff/bookings/{card.public_id}?notice=not-changed", 303)


async def _changeable(request: Request) -> tuple[BookingCard, Clinic]:
    """The booking, as long as it may change. Raises NotFound for one that is over or cancelled."""
    card, clinic = await led_booking(request)
    if staff_may_change(card, house_of(request).clock()) is not Change.ALLOWED:
        raise NotFound()
    return card, clinic


def _frame(card: BookingCard) -> Frame:
    own = f"/staff/bookings/{card.public_id}"
    return Frame(f"{own}/move", own, "booking/staff_move.html")


async def named(house: House, clinic: Clinic, cards: Sequence[BookingCard]) -> list[Line]:
    """The cards with names; all keys in one query."""
    people = await patients.people(house.db, house.keys, clinic.id, (card.patient_id for card in cards))
    return [Line(card, people[card.patient_id].name if card.patient_id in people else "") for card in cards]


def by_day(lines: Sequence[Line], clinic: Clinic) -> list[tuple[datetime, list[Line]]]:
    days = groupby(lines, key=lambda line: line.card.starts_at.astimezone(clinic.zone).date())
    return [((group := list(lines_of_day))[0].card.starts_at, group) for _, lines_of_day in days]


async def _reason(house: House, card: BookingCard) -> str:
    sealed = await house.db.read(lambda db: store.reason_of(db, card.id))
    if sealed is None:
        return ""
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    return unseal(key, sealed, desk.reason_place(card.clinic_id, card.patient_id, card.id))


routes: list[GuardedRoute] = [
    page("/staff/bookings", bookings_page, Action.BOOKINGS),
    page("/staff/bookings/{public_id}", one_page, Action.BOOKINGS, name="booking_by_staff"),
    page("/staff/bookings/{public_id}/print", print_page, Action.BOOKINGS, name="print_by_staff"),
    page("/staff/bookings/{public_id}/move", move_page, Action.BOOKINGS, name="move_page_by_staff"),
    page("/staff/bookings/{public_id}/move", move, Action.BOOKINGS, methods=("POST",), name="move_by_staff"),
    page("/staff/bookings/{public_id}/cancel", cancel, Action.BOOKINGS, methods=("POST",), name="cancel_by_staff"),
]
