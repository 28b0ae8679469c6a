"""The public pages of booking, and the routes of the whole feature."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking import by_staff, changes, desk, door, forms, front, new_by_staff
from server.booking.acting import pages as acting
from server.booking.acting.booking import for_somebody
from server.booking.again import Returning, of_clinic, returning
from server.booking.api import pages as api
from server.booking.asking import pages as asking
from server.booking.calendars import pages as calendars
from server.booking.correcting import pages as correcting
from server.booking.desk import Made, Order
from server.booking.grouping import pages as grouping
from server.booking.holding.keeping import Choice as ToKeep
from server.booking.holding.keeping import address_of, form_id_of, keep, read_token
from server.booking.holding.words import KeptPart, KeptWords, kept_now, words_of
from server.booking.hours import floor
from server.booking.importing import pages as importing
from server.booking.intake import pages as intake
from server.booking.link_again import pages as link_again
from server.booking.meeting import Meeting
from server.booking.opening import opened
from server.booking.paying import looking_up
from server.booking.paying import pages as paying
from server.booking.paying import staff as invoices
from server.booking.people import pages as people
from server.booking.planner import pages as planner
from server.booking.public import Choice, Pick, asks_of, load_choice, load_pick, page_of_choice, speaker_of
from server.booking.reminders import pages as reminders
from server.booking.requests import text_fields, told_zone
from server.booking.rules import BookingCard, Reason, Refused, Wish
from server.booking.series import enrolling, joining
from server.booking.series import own as own_series
from server.booking.series import pages as series
from server.booking.store import By
from server.booking.twice import just_booked
from server.booking.unkept import pages as unkept
from server.booking.waitlist import pages as waitlist
from server.booking.walk_in import pages as walk_in
from server.booking.week import Time, value_of
from server.clinic import store as clinics
from server.clinic.licences.rules import Place
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.middleware.ratelimit import client_key
from server.moments import Speaker, same_clock
from server.patients.rules import Person
from server.routing import GuardedRoute, page
from server.templates import render

KEPT = (
    "again",
    "once",
    "service",
    "therapist",
    "name",
    "contact",
    "for_whom",
    "means",
    "number",
    "where",
    "patient_name",
    "born",
    "reason",
    "interpreter",
    "captions",
    "text_only",
    "consent",
    "another",
)


@dataclass(frozen=True)
class NothingPage:
    """The context of booking/nothing.html."""

    clinic: Clinic


@dataclass(frozen=True)
class TakenPage:
    """The context of booking/taken.html: what was typed goes along, hidden."""

    clinic: Clinic
    path: str
    wanted: datetime
    days: tuple[tuple[str, tuple[Time, ...]], ...]
    place: str
    was_kept: bool
    asks: bool
    typed: Mapping[str, str] = field(repr=False)


async def booking_page(request: Request) -> Response:
    """`GET /c/{clinic}` and `/c/{clinic}/{therapist}`."""
    house, asked = house_of(request), request.query_params
    slug, only = request.path_params["clinic"], request.path_params.get("therapist", "")
    now, known = house.clock(), await returning(house, request, asked.get("again", ""))

    async def work(db: AsyncSession) -> Choice | Clinic | None:
        pick = await load_pick(db, slug, asked, only, known.therapist_id if known else None)
        if not isinstance(pick, Pick):
            return pick
        held, theirs = read_token(house, pick.clinic, asked), of_clinic(known, pick.clinic.id)
        zone, who = told_zone(request) or pick.clinic.zone, theirs.person.id if theirs else None
        return await load_choice(db, pick, asked, zone, now, held=held, patient_id=who)

    choice = await house.db.read(work)
    if choice is None:
        raise NotFound()
    if isinstance(choice, Clinic):
        return render(request, "booking/nothing.html", NothingPage(choice), brand=clinics.brand(choice))
    context = page_of_choice(request, choice, now, returning=of_clinic(known, choice.pick.clinic.id))
    return _remember_zone(request, render(request, "booking/page.html", context, brand=choice.pick.catalogue.brand))


async def book(request: Request) -> Response:
    """`POST /c/{clinic}/book`: 303 to the booking, 422 with the form, 409 with the next free times or a question; 200
    with all dates of a group to choose from, where the clinic gives them."""
    house = house_of(request)
    fields = await text_fields(request)
    slug = request.path_params["clinic"]
    picked = tuple(fields.get(name) for name in ("service", "therapist", "means", "where"))
    pick = await house.db.together.read((slug, *picked), lambda db: load_pick(db, slug, fields))
    if not isinstance(pick, Pick):
        raise NotFound()
    if fields.get("other"):
        return await _again(request, pick, fields, {})
    known = of_clinic(await returning(house, request, fields.get("again", "")), pick.clinic.id)
    details = _details(house, pick, fields, known)
    if not isinstance(details, forms.Details):
        return await _again(request, pick, fields, details)
    if not _offered_as_asked(pick, fields):
        return await _again(request, pick, fields, {}, "not_offered")
    order = replace(_order(request, pick, details, known), held=read_token(house, pick.clinic, fields))
    order = await for_somebody(house, order, details.patient)
    which = joining.read_which(fields)
    group = await joining.meant(house, order, which, fields.get("dates", ""))
    if which in {joining.Which.ALL, joining.Which.SKIP} and group is None:
        return await _again(request, pick, fields, {}, Reason.TAKEN.value)
    earlier = await just_booked(house, request.cookies, pick.clinic.id, but=desk.ids_of(house, order).booking)
    meant = {fields.get("another"), known.public_id if known else None}
    if earlier and earlier.public_id not in meant and not await joining.is_made(house, group):
        return await _again(request, pick, fields, {}, earlier=earlier)
    if group:
        return await joining.answer(request, pick, group, _typed(fields, "start", "held"))
    outcome = await desk.book(house, order, By())
    if isinstance(outcome, Made):
        return opened(request, outcome)
    if outcome.reason is Reason.TAKEN:
        return _taken(request, pick, fields, details.start, outcome)
    return await _again(request, pick, fields, {}, outcome.reason.value)


def _details(
    house: House, pick: Pick, fields: Mapping[str, str], known: Returning | None
) -> forms.Details | forms.Problems:
    """What the form says. Whom the clinic knows is not asked again who they are, and books for themselves."""
    clinic, told = pick.clinic, forms.told_before(known.person) if known else {}
    if known:
        told["number"] = fields.get("number") or known.person.phone
    acts_for = () if known else clinic.acts_for
    asks = asks_of(clinic, pick.service, house.clock(), acts_for)
    return forms.parse({**fields, **told}, clinic.country, asks, again=known is not None)


async def hold(request: Request) -> Response:
    """`POST /c/{clinic}/hold`: keep the chosen time while somebody writes. The page again with until when; where a
    script asks for the part alone (`x-part`), those words alone. 409 when somebody was faster."""
    house = house_of(request)
    fields = await text_fields(request)
    slug = request.path_params["clinic"]
    pick = await house.db.read(lambda db: load_pick(db, slug, fields))
    if not isinstance(pick, Pick):
        raise NotFound()
    start, once = forms.read_start(fields.get("start", "")), fields.get("once", "")[: forms.LONGEST_ONCE]
    part = "x-part" in request.headers
    if start is None or not once or not _offered_as_asked(pick, fields):
        return await _again(request, pick, fields, {"start": forms.Problem.START_MISSING})
    wish = Wish(start, pick.therapist.staff_id if pick.therapist else None)
    form_id = form_id_of(house, pick.clinic.id, once)
    address = address_of(house, pick.clinic.id, client_key(request.client.host if request.client else None))
    outcome = await keep(house, ToKeep(pick.clinic, pick.service, pick.hours, wish, form_id, address, pick.ends))
    if isinstance(outcome, Refused) and not part:
        if outcome.reason is Reason.TAKEN:
            return _taken(request, pick, fields, start, outcome)
        return await _again(request, pick, fields, {}, outcome.reason.value)
    words = words_of(house, pick.clinic, outcome)
    if part:
        status = 409 if isinstance(outcome, Refused) else 200
        return render(request, "booking/kept.html", KeptPart(words), brand=pick.catalogue.brand, status=status)
    return await _again(request, pick, {**fields, "held": words.token}, {}, kept=words)


def _offered_as_asked(pick: Pick, fields: Mapping[str, str]) -> bool:
    """Whether the service and therapist that were sent are those that the clinic offers, and not a stand-in."""
    slug = pick.therapist.slug if pick.therapist else ""
    return fields.get("service", "") == str(pick.service.id) and fields.get("therapist", "") == slug


def _order(request: Request, pick: Pick, details: forms.Details, known: Returning | None) -> Order:
    say = speaker_of(request, pick.clinic)
    person = Person(
        id=desk.NOBODY,
        name=details.name,
        mail=details.contact.mail,
        phone=details.contact.phone or details.number,
        needs=details.needs,
        language=say.language,
        zone=say.zone.key,
    )
    return Order(
        clinic=pick.clinic,
        service=pick.service,
        hours=pick.hours,
        called=pick.names,
        wish=Wish(details.start, pick.therapist.staff_id if pick.therapist else None),
        person=known.person if known else person,
        known_patient=known is not None,
        for_whom=details.for_whom,
        reason=details.reason,
        means=details.means,
        meeting=Meeting(details.number, pick.where or Place()),
        ends=pick.ends,
        once=details.once,
    )


async def _again(
    request: Request,
    pick: Pick,
    fields: Mapping[str, str],
    problems: forms.Problems,
    refused: str = "",
    earlier: BookingCard | None = None,
    kept: KeptWords | None = None,
) -> Response:
    """The form once more, with everything that was typed: 422, or 409 beside the booking that was made just before;
    200 when nothing was asked but to keep a time, or to choose another."""
    house = house_of(request)
    now, zone = house.clock(), told_zone(request) or pick.clinic.zone
    known = of_clinic(await returning(house, request, fields.get("again", "")), pick.clinic.id)
    held = read_token(house, pick.clinic, fields) or read_token(
        house, pick.clinic, {"held": kept.token if kept else ""}
    )
    who = known.person.id if known else None
    choice = await house.db.read(lambda db: load_choice(db, pick, fields, zone, now, held=held, patient_id=who))
    context = page_of_choice(
        request,
        choice,
        now,
        typed=fields,
        problems=problems,
        refused=refused,
        earlier=earlier,
        returning=known,
        kept=kept or await kept_now(house, pick.clinic, held),
    )
    status = 409 if earlier else 422 if problems or refused or not (kept or fields.get("other")) else 200
    return render(request, "booking/page.html", context, brand=pick.catalogue.brand, status=status)


def _taken(request: Request, pick: Pick, fields: Mapping[str, str], wanted: datetime, refusal: Refused) -> Response:
    say = speaker_of(request, pick.clinic)
    differs = not all(same_clock(say.zone, pick.clinic.zone, start) for start in refusal.next_free)
    there = Speaker(pick.clinic.zone, say.language) if differs else None
    context = TakenPage(
        clinic=pick.clinic,
        path=f"/c/{pick.clinic.slug}",
        wanted=wanted,
        days=_by_day(refusal.next_free, say, there),
        was_kept=bool(fields.get("held")),
        asks=pick.service.asks,
        place=there.place if there else "",
        typed=_typed(fields),
    )
    return render(request, "booking/taken.html", context, brand=pick.catalogue.brand, status=409)


def _by_day(
    starts: tuple[datetime, ...], say: Speaker, there: Speaker | None
) -> tuple[tuple[str, tuple[Time, ...]], ...]:
    days: dict[str, list[Time]] = {}
    for index, start in enumerate(starts):
        time = Time(value_of(floor(start)), say.time(start), there.time(start) if there else "", index == 0)
        days.setdefault(say.day(start), []).append(time)
    return tuple((day, tuple(times)) for day, times in days.items())


def _typed(fields: Mapping[str, str], *more: str) -> dict[str, str]:
    return {name: fields[name] for name in (*KEPT, *more) if fields.get(name)}


def _remember_zone(request: Request, response: Response) -> Response:
    chosen = told_zone(request) if "tz" in request.query_params else None
    if chosen:
        response.set_cookie("tz", chosen.key, path="/", samesite="lax")
    return response


routes: list[GuardedRoute] = [
    page("/c/{clinic}/book", book, Action.PUBLIC, methods=("POST",)),
    page("/c/{clinic}/hold", hold, Action.PUBLIC, methods=("POST",)),
    *door.routes,
    *front.routes,
    *correcting.routes,
    *link_again.routes,  # before a therapist's page, which would take it for one
    *changes.routes,
    *waitlist.routes,  # before the staff page of a booking, which would take it for one
    *invoices.routes,
    *new_by_staff.routes,
    *series.routes,
    *unkept.routes,
    *by_staff.routes,
    *planner.routes,
    *people.routes,
    *calendars.routes,
    *own_series.routes,
    *walk_in.routes,
    *api.routes,
    *asking.routes,
    *reminders.routes,
    *importing.routes,
    *grouping.routes,
    *enrolling.routes,
    *intake.routes,
    *acting.routes,
    *paying.routes,
    *looking_up.routes,
    page("/c/{clinic}", booking_page, Action.PUBLIC),
    page("/c/{clinic}/{therapist}", booking_page, Action.PUBLIC, name="therapist_page"),
]
