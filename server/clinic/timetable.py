"""Weekly hours and time off: a therapist's own, and for admins everybody's and the clinic's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role, Subject, Viewer, may
from server.audit.store import note
from server.clinic import hours_forms, store
from server.clinic.freed import time_freed
from server.clinic.met import by_what_it_met
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import SOME_WEEK, Clinic, Leave, Service, TherapistCard, WeeklyHours
from server.clinic.sheet import Reason
from server.errors import Forbidden, NotFound
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render

EVERYBODY = "clinic"


@dataclass(frozen=True)
class HoursList:
    """clinic/hours_list.html"""

    cards: Sequence[TherapistCard]
    hours: Mapping[UUID, Sequence[WeeklyHours]]
    days: Sequence[date] = SOME_WEEK


@dataclass(frozen=True)
class Given:
    """What a therapist offers, and which of it in hours of its own."""

    services: Sequence[Service]
    apart: frozenset[UUID]

    def asked(self, request: Request) -> Service | None:
        """The service of `?service=`, None without one. Raises NotFound for any that is not offered."""
        wanted = request.query_params.get("service", "")
        service = next((one for one in self.services if str(one.id) == wanted), None)
        if wanted and service is None:
            raise NotFound()
        return service


@dataclass(frozen=True)
class HoursPage:
    """clinic/hours.html"""

    card: TherapistCard
    own: bool
    service: Service | None  # whose hours these are; None: of all that have none of their own
    given: Given
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    days: Sequence[date] = SOME_WEEK


@dataclass(frozen=True)
class LeavePage:
    """clinic/leave.html"""

    cards: Sequence[TherapistCard]
    ahead: Sequence[Leave]
    names: Mapping[UUID, str]
    zone: ZoneInfo
    may_close: bool
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class Timetable:
    """What both pages load: the clinic and those of its therapists whose hours the viewer may change."""

    clinic: Clinic
    cards: Sequence[TherapistCard]
    ahead: Sequence[Leave]


async def hours_list(request: Request) -> Response:
    """Whose hours to change; somebody with only their own is led there."""
    house, viewer = house_of(request), viewer_of(request)
    table = await load_timetable(house, viewer)
    if len(table.cards) == 1:
        return RedirectResponse(f"/staff/clinic/hours/{table.cards[0].slug}", 303)
    ids = [card.staff_id for card in table.cards]
    hours = await house.db.read(lambda db: store.hours(db, ids))
    return render(request, "clinic/hours_list.html", HoursList(table.cards, hours))


async def hours_page(request: Request) -> Response:
    """One therapist's week, or with `?service=` their hours for that service alone. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    card = card_of(await load_timetable(house, viewer), request)
    given = await given_by(house, viewer, card)
    service = given.asked(request)
    service_id = service.id if service else None
    week = (await house.db.read(lambda db: store.own_hours(db, [card.staff_id], service_id)))[card.staff_id]
    return _hours(request, card, given, Typed(hours_forms.week_fields(week)), {})


async def change_hours(request: Request) -> Response:
    """Keep a week; what is booked already stays booked."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    card = card_of(await load_timetable(house, viewer), request)
    given = await given_by(house, viewer, card)
    service = given.asked(request)
    week = hours_forms.parse_week(fields)
    if not isinstance(week, tuple):
        return _hours(request, card, given, fields, week)
    service_id = service.id if service else None

    async def work(db: AsyncSession) -> None:
        await store.set_hours(db, clinic_id_of(viewer), card.staff_id, week, service_id)
        detail = {"spans": len(week), "service": str(service_id or "")}
        note(db, entry_of(viewer, "hours.changed", "therapist", card.staff_id, detail), house.clock())
        time_freed(db, clinic_id_of(viewer), house.clock())

    await house.db.unit(work)
    which = f"service={service_id}&" if service_id else ""
    return by_what_it_met(f"/staff/clinic/hours/{card.slug}?{which}notice=kept")


async def leave_page(request: Request) -> Response:
    """Time off that lies ahead, and a form for more."""
    house, viewer = house_of(request), viewer_of(request)
    return _leave(request, viewer, await load_timetable(house, viewer), Typed(), {})


async def add_leave(request: Request) -> Response:
    """Write time off; appointments in it are not touched: whoever entered it is led to decide about each of them."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    table = await load_timetable(house, viewer)
    whose = _whose(viewer, table, fields.get("whose", ""))
    parsed = hours_forms.parse_leave(uuid4(), whose, table.clinic.zone, fields)
    if not isinstance(parsed, Leave):
        return _leave(request, viewer, table, fields, parsed)

    async def work(db: AsyncSession) -> None:
        await store.add_leave(db, table.clinic.id, parsed)
        note(db, entry_of(viewer, "leave.added", "leave", parsed.id, {}), house.clock())

    await house.db.unit(work)
    return by_what_it_met("/staff/clinic/leave?notice=kept")


async def drop_leave(request: Request) -> Response:
    """Take time off back. Raises NotFound, also for a colleague's."""
    house, viewer = house_of(request), viewer_of(request)
    leave_id = request.path_params["leave"]
    table = await load_timetable(house, viewer)

    async def work(db: AsyncSession) -> None:
        found = await store.find_leave(db, table.clinic.id, leave_id)
        if found is None or not _may_change(viewer, found.therapist_id):
            raise NotFound()
        await store.drop_leave(db, table.clinic.id, leave_id)
        note(db, entry_of(viewer, "leave.dropped", "leave", leave_id, {}), house.clock())
        time_freed(db, clinic_id_of(viewer), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic/leave?notice=taken-back", 303)


async def load_timetable(house: House, viewer: Viewer) -> Timetable:
    """The clinic, those of its therapists whose hours the viewer may change, and the time off ahead that they see."""
    clinic_id, now = clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> Timetable:
        clinic = await store.clinic_of(db, clinic_id)
        if clinic is None:
            raise NotFound()
        cards = await store.therapists(db, clinic_id, hidden=True)
        ahead = await store.leave_between(db, clinic_id, now, now + hours_forms.LONGEST_LEAVE)
        mine = [card for card in cards if _may_change(viewer, card.staff_id)]
        seen = [one for one in ahead if one.therapist_id is None or _may_change(viewer, one.therapist_id)]
        return Timetable(clinic, mine, seen)

    return await house.db.read(work)


async def given_by(house: House, viewer: Viewer, card: TherapistCard) -> Given:
    """What this therapist offers now."""

    async def work(db: AsyncSession) -> Given:
        offers = await store.offers(db, clinic_id_of(viewer))
        known = await store.services(db, clinic_id_of(viewer))
        offered = [one for one in known if card.staff_id in offers.get(one.id, ())]
        return Given(offered, await store.services_with_hours(db, card.staff_id))

    return await house.db.read(work)


def _may_change(viewer: Viewer, therapist_id: UUID | None) -> bool:
    if therapist_id is None:
        return viewer.has(Role.ADMIN)
    return may(viewer, Action.HOURS, Subject(clinic_id=viewer.clinic_id, therapist_id=therapist_id))


def card_of(table: Timetable, request: Request) -> TherapistCard:
    """The therapist of this address, if the viewer may change their hours. Raises NotFound."""
    slug = request.path_params["therapist"]
    found = next((card for card in table.cards if card.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def _whose(viewer: Viewer, table: Timetable, asked: str) -> UUID | None:
    """The therapist meant, None for the whole clinic. Raises Forbidden."""
    if asked == EVERYBODY and viewer.has(Role.ADMIN):
        return None
    found = next((card.staff_id for card in table.cards if card.slug == asked), None)
    if found is None:
        raise Forbidden()
    return found


def _hours(
    request: Request, card: TherapistCard, given: Given, fields: Mapping[str, str], reasons: Mapping[str, Reason]
) -> Response:
    own = viewer_of(request).staff_id == card.staff_id
    context = HoursPage(card, own, given.asked(request), given, fields, reasons)
    return render(request, "clinic/hours.html", context, status=422 if reasons else 200)


def _leave(
    request: Request, viewer: Viewer, table: Timetable, fields: Mapping[str, str], reasons: Mapping[str, Reason]
) -> Response:
    names = {card.staff_id: card.name for card in table.cards}
    may_close = viewer.has(Role.ADMIN)
    context = LeavePage(table.cards, table.ahead, names, table.clinic.zone, may_close, fields, reasons)
    return render(request, "clinic/leave.html", context, status=422 if reasons else 200)


routes = [
    page("/staff/clinic/hours", hours_list, Action.HOURS),
    page("/staff/clinic/hours/{therapist}", hours_page, Action.HOURS),
    page("/staff/clinic/hours/{therapist}", change_hours, Action.HOURS, methods=("POST",)),
    page("/staff/clinic/leave", leave_page, Action.HOURS),
    page("/staff/clinic/leave", add_leave, Action.HOURS, methods=("POST",)),
    page("/staff/clinic/leave/{leave:uuid}/drop", drop_leave, Action.HOURS, methods=("POST",)),
]
