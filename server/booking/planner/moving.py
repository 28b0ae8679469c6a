"""Moving a booking to any wall time, perhaps to another therapist: it is asked, with who is told; then it is done.

The grid asks by `part=1` for the question alone, which it shows in a dialog; without script it is a page with a form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import desk, store
from server.booking.catalogue import for_staff
from server.booking.deadlines import Change, staff_may_change
from server.booking.forms import read_start, read_uuid
from server.booking.freely import reaching
from server.booking.hours import floor
from server.booking.led import by_of, led_booking, led_by, noted, unbound
from server.booking.planner.forms import read_wall
from server.booking.planner.into_room import room_for, rooms_for, stands_in
from server.booking.planner.moved import PATH, wall_of
from server.booking.planner.rules import moments_at
from server.booking.reminders.rules import Way
from server.booking.requests import text_fields
from server.booking.rules import BookingCard, Reason, Refused, Wish
from server.booking.texts import ways
from server.booking.week import value_of
from server.clinic.practice import practice_of
from server.clinic.resources.rules import Unit
from server.clinic.rules import Clinic, TherapistCard
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class Target:
    """Where the booking could go: every moment of the wall time that was asked for, or of the one that is sent.

    `room`: where it was dropped in a calendar of rooms; `unfit`: its service has no use for what it was dropped in.
    `outside`: of the hours, which somebody says that they mean.
    """

    therapist: TherapistCard
    moments: Sequence[datetime] = ()
    refused: Refused | None = None
    room: Unit | None = None
    unfit: bool = False
    outside: bool = False

    def wish(self, start: datetime) -> Wish:
        """What the desk is asked for."""
        room = self.room.id if self.room else None
        return Wish(start, self.therapist.staff_id, room=room, freely=True, outside=self.outside)


@dataclass(frozen=True)
class MovePage:
    """The context of booking/planner/move.html; `mails`: a mail tells the patient, `texts`: a text message does.

    `starts`: what can be had, as the form sends it; `next_free`: what is free instead, in wall time.
    """

    card: BookingCard
    name: str = field(repr=False)
    mails: bool
    texts: bool
    therapists: Sequence[TherapistCard]
    rooms: Sequence[Unit]
    target: Target
    starts: Sequence[tuple[datetime, str]]
    next_free: Sequence[tuple[datetime, str]]
    day: str
    time: str
    missing: bool
    part: bool
    back: str


async def move_page(request: Request) -> Response:
    """`GET /staff/calendar/move/{public_id}`: `at` a wall time of the clinic, `with` a therapist, `in` a room."""
    card, clinic = await _changeable(request)
    asked = request.query_params
    at = read_wall(asked.get("at", "") or f"{asked.get('day', '')}T{asked.get('time', '')}")
    moments = moments_at(at, clinic.zone) if at else ()
    return await _show(request, card, clinic, asked, moments, missing="day" in asked and at is None)


async def move(request: Request) -> Response:
    """`POST /staff/calendar/move/{public_id}`: 303 to the calendar, or the question; sent twice, it moves once."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request)
    start, to = read_start(fields.get("start", "")), read_uuid(fields.get("with", ""))
    card, clinic = await led_booking(request)
    room = await house.db.read(lambda db: room_for(db, card, read_uuid(fields.get("in", ""))))
    there = room is None or await house.db.read(lambda db: stands_in(db, card, room.id))
    if card.cancelled_at is None and there and (start, to) == (card.starts_at, card.therapist_id):
        return _back(card, card, clinic, room)
    card, clinic = await _changeable(request)
    therapist = next((one for one in await _therapists(house, request, card) if one.staff_id == to), None)
    if start is None or therapist is None or (fields.get("in") and room is None):
        return await _show(request, card, clinic, fields, (), status=422, missing=True)
    wish = Target(therapist, room=room, outside=bool(fields.get("outside"))).wish(start)
    refused = await desk.move(house, unbound(reaching(clinic, start, house.clock())), card, wish, by_of(viewer))
    if refused is None:
        moved = await house.db.read(lambda db: store.booking_for_visit(db, card.id))
        return _back(moved or card, card, clinic, room)
    status = 409 if refused.reason is Reason.TAKEN else 422
    asks = refused.reason is Reason.OUTSIDE  # it can be had by who says that they mean it
    return await _show(request, card, clinic, fields, (start,), status=status, refused=None if asks else refused)


async def _show(
    request: Request,
    card: BookingCard,
    clinic: Clinic,
    asked: Mapping[str, str],
    moments: Sequence[datetime],
    *,
    status: int = 200,
    missing: bool = False,
    refused: Refused | None = None,
) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    therapists = await _therapists(house, request, card)
    wanted = read_uuid(asked.get("with", "")) or card.therapist_id
    therapist = next((one for one in therapists if one.staff_id == wanted), None) or _own(therapists, card)
    rooms = await house.db.read(lambda db: rooms_for(db, card))
    room = next((one for one in rooms if str(one.id) == asked.get("in")), None)
    unfit = bool(asked.get("in")) and room is None
    target = await _look(house, clinic, card, Target(therapist, moments, refused, room, unfit))
    person = (await patients.people(house.db, house.keys, clinic.id, [card.patient_id])).get(card.patient_id)
    await noted(house, viewer, clinic, "booking.move_asked", card.id, {"patients": 1})
    told = await ways(house, card.id)
    part = "part" in asked and bool(target.moments or target.refused or target.unfit)
    shown = wall_of(moments[0] if moments else card.starts_at, clinic)
    context = MovePage(
        card=card,
        name=person.first_name if person else "",
        mails=Way.MAIL in told,
        texts=Way.SMS in told,
        therapists=therapists,
        rooms=rooms,
        target=target,
        starts=[(start, value_of(floor(start))) for start in target.moments],
        next_free=[(start, wall_of(start, clinic)) for start in (target.refused.next_free if target.refused else ())],
        day=asked.get("day", "") or shown[:10],
        time=asked.get("time", "") or shown[11:],
        missing=missing,
        part=part,
        back=_calendar(card.starts_at, clinic, target.room),
    )
    return render(request, f"booking/planner/{'question' if part else 'move'}.html", context, status=status)


async def _look(house: House, clinic: Clinic, card: BookingCard, target: Target) -> Target:
    """The target with those of its moments that can be had, or why none can."""
    refused, free, room, outside = target.refused, list[datetime](), target.room, False
    there = room is None or await house.db.read(lambda db: stands_in(db, card, room.id))
    for moment in () if refused or target.unfit else target.moments:
        if there and (moment, target.therapist.staff_id) == (card.starts_at, card.therapist_id):
            continue
        able = unbound(reaching(clinic, moment, house.clock()))
        found = await desk.look_at_move(house, able, card, target.wish(moment))
        if found and found.reason is Reason.OUTSIDE:
            outside = True
            found = await desk.look_at_move(house, able, card, replace(target, outside=True).wish(moment))
        refused = found or refused
        free += [] if found else [moment]
    return replace(target, moments=free, refused=None if free else refused, outside=outside)


async def _therapists(house: House, request: Request, card: BookingCard) -> list[TherapistCard]:
    """Who could have it: those who offer its service, as far as the viewer may book them, and who has it now."""
    only = led_by(viewer_of(request))

    async def work(db: AsyncSession) -> list[TherapistCard]:
        practice = await practice_of(db, card.clinic_id)
        assert practice, "the clinic of a booking stays"
        known = for_staff(practice, only)
        offered = practice.offers.get(card.service_id, frozenset())
        able = {one.staff_id for one in known.therapists if one.staff_id in offered} | {card.therapist_id}
        return [one for one in practice.therapists if one.staff_id in able]

    return await house.db.read(work)


def _own(therapists: Sequence[TherapistCard], card: BookingCard) -> TherapistCard:
    return next(one for one in therapists if one.staff_id == card.therapist_id)


async def _changeable(request: Request) -> tuple[BookingCard, Clinic]:
    """The booking, as long as it may change. Raises NotFound for one that is over or cancelled."""
    card, clinic = await led_booking(request)
    if staff_may_change(card, house_of(request).clock()) is not Change.ALLOWED:
        raise NotFound()
    return card, clinic


def _back(moved: BookingCard, card: BookingCard, clinic: Clinic, room: Unit | None) -> Response:
    """To the week in which the booking is now, or the day of rooms; the address says what moved, for the way back."""
    was = {"moved": moved.public_id, "was": str(card.therapist_id)} if moved.sequence != card.sequence else {}
    return RedirectResponse("&".join(filter(None, (_calendar(moved.starts_at, clinic, room), urlencode(was)))), 303)


def _calendar(at: datetime, clinic: Clinic, room: Unit | None) -> str:
    day = at.astimezone(clinic.zone).date().isoformat()
    shown = {"show": "day", "day": day, "by": "resources"} if room else {"show": "week", "day": day}
    return f"{PATH}?{urlencode(shown)}"


routes: list[GuardedRoute] = [
    page(PATH + "/move/{public_id}", move_page, Action.BOOKINGS, name="calendar_move_page"),
    page(PATH + "/move/{public_id}", move, Action.BOOKINGS, methods=("POST",), name="calendar_move"),
]
