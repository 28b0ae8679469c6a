"""Booking on somebody's behalf: at the desk, or on the phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.booking import desk, forms
from server.booking.acting.booking import for_somebody
from server.booking.catalogue import for_staff
from server.booking.desk import Made, Order
from server.booking.forms import ANYBODY, Asks, Details, Problem, Problems, read_date, read_uuid
from server.booking.freely import reaching, read_own_time
from server.booking.led import by_of, led_by, own_clinic, unbound
from server.booking.meeting import Meeting
from server.booking.public import Choice, Pick, Times, asks_of, load_choice, means_of, places_of, times_of
from server.booking.requests import text_fields
from server.booking.rules import Reason, Wish
from server.booking.where.rules import read_where, value_of
from server.booking.where.store import held_by
from server.booking.who_comes import WhoComes, known_patient, who_comes
from server.clinic.licences.rules import Place
from server.clinic.practice import practice_of
from server.clinic.rules import Clinic, Means, Service, TherapistCard
from server.house import House, house_of
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

FREELY = "free"
"""The button that books a time of one's own choosing."""


@dataclass(frozen=True)
class NewBookingPage(WhoComes):
    """The context of booking/staff_new.html."""

    services: Sequence[Service]
    service: Service
    therapists: Sequence[TherapistCard]
    therapist: TherapistCard | None
    means: Means
    places: Sequence[tuple[str, Place]]  # where the patient may be, if the clinic asks
    where: str
    nobody: bool  # of those offered may treat there
    times: Times


@dataclass(frozen=True)
class NothingToBook:
    """The context of booking/staff_nothing.html."""

    clinic: Clinic


async def new_page(request: Request) -> Response:
    """`GET /staff/bookings/new`: service and therapist, whom it is for, and the times."""
    return await show(request, request.query_params, {}, "", 200)


async def book(request: Request) -> Response:
    """`POST /staff/bookings/new`: 303 to the booking; 422 or 409 with everything that was typed."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = unbound(await own_clinic(house, viewer))
    fields = _with_own_time(await text_fields(request), clinic)
    pick = await house.db.read(lambda db: pick_of(db, clinic, viewer, fields))
    details = forms.parse_by_staff(fields, clinic.country, asks_at_desk(house, pick))
    if pick is None or not isinstance(details, Details):
        problems = details if not isinstance(details, Details) else {}
        return await show(request, fields, problems | _of_own_time(fields, problems), "", 422)
    if not led_as_asked(pick, fields):
        return await show(request, fields, {}, Reason.NOT_OFFERED.value, 422)
    patient = await known_patient(house, viewer, clinic, fields)
    if fields.get("patient") and patient is None:
        return await show(request, {**fields, "patient": ""}, {"name": Problem.NAME_MISSING}, "", 422)
    order = _order(pick, details, patient)
    if fields.get("do") == FREELY:
        wish = replace(order.wish, freely=True, outside=bool(fields.get("outside")))
        order = replace(order, clinic=reaching(clinic, details.start, house.clock()), wish=wish)
    order = await for_somebody(house, order, details.patient)
    outcome = await desk.book(house, order, by_of(viewer))
    if isinstance(outcome, Made):
        notice = "booked-unread" if outcome.unread else "booked-it"
        return RedirectResponse(f"/staff/bookings/{outcome.card.public_id}?notice={notice}", 303)
    status = 409 if outcome.reason is Reason.TAKEN else 422
    return await show(request, fields, {}, outcome.reason.value, status)


def _with_own_time(fields: Mapping[str, str], clinic: Clinic) -> dict[str, str]:
    """With the start that somebody typed, where they booked by that button."""
    if fields.get("do") != FREELY:
        return dict(fields)
    start = read_own_time(read_date(fields.get("free_day", "")), fields.get("free_time", ""), clinic.zone)
    return {**fields, "start": start.isoformat() if start else ""}


def _of_own_time(fields: Mapping[str, str], problems: Problems) -> Problems:
    return {"free_day": problems["start"]} if fields.get("do") == FREELY and "start" in problems else {}


def led_as_asked(pick: Pick, fields: Mapping[str, str]) -> bool:
    """Whether it is with whom the form names, and nobody else stands in for who may not treat there."""
    return pick.therapist is not None or not fields.get("therapist")


def asks_at_desk(house: House, pick: Pick | None) -> Asks:
    """What is asked at the desk: nobody's yes, which the patient gives when they come in, and no place for certain."""
    asks = asks_of(pick.clinic, pick.service, house.clock(), ANYBODY) if pick else Asks()
    return replace(asks, consent=False, where=False)


def meeting_at_desk(pick: Pick, details: Details, patient: Person | None) -> Meeting:
    """Whom to call: the number typed, or that of whom the clinic knows; and where they will be."""
    number = details.number or (patient.phone if patient and details.means is Means.PHONE else "")
    return Meeting(number, pick.where or Place())


def person_of(clinic: Clinic, details: Details) -> Person:
    """Somebody new, as the form names them; they read as the clinic does until they say otherwise."""
    return Person(
        id=desk.NOBODY,
        name=details.name,
        mail=details.contact.mail,
        phone=details.contact.phone or details.number,
        needs=details.needs,
        language=clinic.language,
        zone=clinic.zone.key,
    )


def _order(pick: Pick, details: Details, patient: Person | None) -> Order:
    return Order(
        clinic=pick.clinic,
        service=pick.service,
        hours=pick.hours,
        wish=Wish(details.start, pick.therapist.staff_id if pick.therapist else None),
        person=patient or person_of(pick.clinic, details),
        for_whom=details.for_whom,
        known_patient=patient is not None,
        means=details.means,
        meeting=meeting_at_desk(pick, details, patient),
        ends=pick.ends,
        once=details.once,
        agreed=False,
    )


async def pick_of(db: AsyncSession, clinic: Clinic, viewer: Viewer, asked: Mapping[str, str]) -> Pick | None:
    """What is booked; a therapist books themselves alone."""
    practice = await practice_of(db, clinic.id)
    if practice is None:
        return None
    only = led_by(viewer)
    known = for_staff(replace(practice, clinic=clinic), only)
    services = known.can_be_booked()
    service = next((one for one in services if one.id == read_uuid(asked.get("service", ""))), None)
    service = service or next(iter(services), None)
    if service is None:
        return None
    held = await held_by(db, clinic, [card.staff_id for card in known.therapists])
    where, means = read_where(asked.get("where", "")) if held else None, means_of(service, asked.get("means", ""))
    pick = Pick(known, service, None, means=means, held=held, where=where)
    named = next((card for card in pick.who if card.slug == asked.get("therapist", "")), None)
    return replace(pick, therapist=known.who(service)[0] if only else named)


async def show(request: Request, asked: Mapping[str, str], problems: Problems, refused: str, status: int) -> Response:
    """The page, with everything that was typed."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = unbound(await own_clinic(house, viewer)), house.clock()
    who = await who_comes(house, viewer, clinic, asked, problems, refused)
    patient_id = who.patient.id if who.patient else None

    async def work(db: AsyncSession) -> Choice | None:
        pick = await pick_of(db, clinic, viewer, asked)
        return await load_choice(db, pick, asked, clinic.zone, now, patient_id=patient_id) if pick else None

    choice = await house.db.read(work)
    if choice is None:
        return render(request, "booking/staff_nothing.html", NothingToBook(clinic), status=status)
    context = _context(request, choice, who)
    return render(request, "booking/staff_new.html", context, status=status)


def _context(request: Request, choice: Choice, who: WhoComes) -> NewBookingPage:
    pick, now = choice.pick, house_of(request).clock()
    slug = pick.therapist.slug if pick.therapist else ""
    carried = {
        "service": str(pick.service.id),
        "therapist": slug,
        "patient": str(who.patient.id) if who.patient else "",
    }
    carried["means"] = pick.means.value if len(pick.service.means) > 1 else ""
    carried["where"] = value_of(pick.where) if pick.where else ""
    carried = {name: value for name, value in carried.items() if value}
    return NewBookingPage(
        services=pick.catalogue.can_be_booked(),
        service=pick.service,
        therapists=pick.who,
        therapist=pick.therapist,
        means=pick.means,
        places=[(value_of(one), one) for one in places_of(pick, now)] if pick.held else (),
        where=carried.get("where", ""),
        nobody=pick.where is not None and not pick.hours,
        times=times_of(request, choice, now, "/staff/bookings/new", carried),
        **vars(who),
    )


routes: list[GuardedRoute] = [
    page("/staff/bookings/new", new_page, Action.BOOKINGS),
    page("/staff/bookings/new", book, Action.BOOKINGS, methods=("POST",), name="book_by_staff"),
]
