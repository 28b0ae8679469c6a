"""'Away today': one page that lists who is booked, one press that settles all of it, one minute to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, Viewer, may
from server.booking import store as booking
from server.booking.led import by_of, led_by, noted, own_clinic
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import TherapistCard
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.visit.away import store
from server.visit.away.listing import listed
from server.visit.away.rules import UNDO, Became, Listed, Told, may_undo, picks
from server.visit.away.steps import Wish, go_away, take_back
from server.visit.away.store import Away

MOST_IN_A_DAY = 1000
"""Fields of the form: a choice for each who comes today, also to a clinic of large groups."""


@dataclass(frozen=True)
class AwayPage:
    """visit/away_today.html; without `therapist` it asks who is away. `id`: of this press, so that two are one."""

    therapists: Sequence[TherapistCard]
    therapist: TherapistCard | None
    mine: bool
    id: str
    listed: Sequence[Listed]
    until_at: datetime | None
    before: str  # the id of the time that they said so already


@dataclass(frozen=True)
class Line:
    """What became of one booking; `number` is for who must be rung, whom no mail reaches (`mailed`)."""

    card: BookingCard
    name: str = field(repr=False)
    became: Became
    colleague: str
    told: Told | None
    number: str = field(repr=False)
    mailed: bool


@dataclass(frozen=True)
class ToldPage:
    """visit/away_told.html"""

    id: str
    therapist: str
    mine: bool
    until_at: datetime
    told_from: datetime
    undone: bool
    may_undo: bool
    lines: Sequence[Line]
    clinic_id: str
    ahead: bool  # it was about days ahead, not about the rest of today


async def away_page(request: Request) -> Response:
    """`GET /staff/away?therapist=`: who is booked for the rest of today, and what is proposed for each."""
    house, viewer = house_of(request), viewer_of(request)
    cards = await whose_days(house, viewer)
    asked = request.query_params.get("therapist", "")
    own = next((card for card in cards if card.staff_id == viewer.staff_id), None)
    unsaid = None if "therapist" in request.query_params else own  # an empty one asks for the choice
    chosen = next((card for card in cards if card.slug == asked), None) if asked else unsaid
    if asked and chosen is None:
        raise NotFound()
    clinic = await own_clinic(house, viewer)
    if chosen is None:
        empty = AwayPage(cards, None, mine=False, id="", listed=(), until_at=None, before="")
        return render(request, "visit/away_today.html", empty, brand=clinics.brand(clinic))
    who = chosen.staff_id
    found, lines = await listed(house, clinic.id, who)
    before = (await house.db.read(lambda db: store.away_now(db, [who], house.clock()))).get(who)
    await noted(house, viewer, clinic, "bookings.viewed", None, {"count": len(lines)})
    context = AwayPage(
        cards, chosen, who == viewer.staff_id, uuid4().hex, lines, found.until_at, before.hex if before else ""
    )
    return render(request, "visit/away_today.html", context, brand=clinics.brand(clinic))


async def away(request: Request) -> Response:
    """`POST /staff/away`: settle all of it."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request, MOST_IN_A_DAY)
    chosen = next((card for card in await whose_days(house, viewer) if card.slug == fields.get("therapist")), None)
    away_id = read_id(fields.get("id", ""))
    if chosen is None:
        raise NotFound()
    clinic = await own_clinic(house, viewer)
    found, lines = await listed(house, clinic.id, chosen.staff_id)
    wish = Wish(away_id, clinic.id, chosen.staff_id, found.until_at, picks(lines, fields), clinic.policy, clinic.zone)
    await go_away(house, wish, by_of(viewer))
    return RedirectResponse(f"/staff/away/{away_id.hex}", 303)


async def told_page(request: Request) -> Response:
    """`GET /staff/away/{away}`: what became of each, who has been told, and for a minute the way back."""
    return await _told(request, "visit/away_told.html")


async def told_part(request: Request) -> Response:
    """The same as a part of the page."""
    return await _told(request, "visit/parts/away_lines.html")


async def undo(request: Request) -> Response:
    """`POST /staff/away/{away}/undo`: all as it was, as long as nobody was told."""
    house, viewer = house_of(request), viewer_of(request)
    found = await _away(request)
    if may_undo(found.made_at, found.undone_at, house.clock()):
        await take_back(house, found, by_of(viewer))
    return RedirectResponse(f"/staff/away/{found.id.hex}", 303)


async def _told(request: Request, template: str) -> Response:
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    found = await _away(request)
    clinic = await own_clinic(house, viewer)
    people = await house.db.read(lambda db: clinics.therapists(db, clinic.id, hidden=True))
    names = {card.staff_id: card.name for card in people}
    context = ToldPage(
        id=found.id.hex,
        therapist=names.get(found.therapist_id, ""),
        mine=found.therapist_id == viewer.staff_id,
        until_at=found.until_at,
        told_from=found.made_at + UNDO,
        undone=found.undone_at is not None,
        may_undo=may_undo(found.made_at, found.undone_at, now),
        lines=await _lines(house, found, names),
        clinic_id=str(clinic.id),
        ahead=found.ahead,
    )
    return render(request, template, context, brand=clinics.brand(clinic))


async def _lines(house: House, found: Away, names: Mapping[UUID, str]) -> list[Line]:
    async def work(db: AsyncSession) -> list[tuple[store.Outcome, BookingCard | None]]:
        outcomes = await store.outcomes(db, found.id)
        return [(one, await booking.booking_for_visit(db, one.booking_id)) for one in outcomes]

    pairs = [(one, card) for one, card in await house.db.read(work) if card]
    people = await patients.people(house.db, house.keys, found.clinic_id, [card.patient_id for _, card in pairs])
    mails = house.mailer.sends
    lines = [_line(one, card, people.get(card.patient_id), names, mails=mails) for one, card in pairs]
    return sorted(lines, key=lambda line: line.card.starts_at)


def _line(
    one: store.Outcome, card: BookingCard, person: Person | None, names: Mapping[UUID, str], *, mails: bool
) -> Line:
    colleague = names.get(one.to_id, "") if one.to_id else ""
    name, number, mail = (person.name, person.phone, person.mail) if person else ("", "", "")
    return Line(card, name, one.became, colleague, one.told, number, mails and bool(mail))


async def _away(request: Request) -> Away:
    """The one of this address, for who may see whose day it was. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    assert viewer.clinic_id is not None
    clinic_id, away_id = viewer.clinic_id, read_id(request.path_params["away"])
    found = await house.db.read(lambda db: store.one(db, clinic_id, away_id))
    if found is None or not may(viewer, Action.BOOKINGS, Subject(found.clinic_id, therapist_id=found.therapist_id)):
        raise NotFound()
    return found


async def whose_days(house: House, viewer: Viewer, *, hidden: bool = False) -> list[TherapistCard]:
    """The therapists whose day the viewer may settle."""
    clinic, own = await own_clinic(house, viewer), led_by(viewer)
    cards = await house.db.read(lambda db: clinics.therapists(db, clinic.id, hidden=hidden))
    return [card for card in cards if own in (None, card.staff_id)]


def read_id(text: str) -> UUID:
    """Raises NotFound."""
    try:
        return UUID(text)
    except ValueError as problem:
        raise NotFound() from problem


routes: list[GuardedRoute] = [
    page("/staff/away", away_page, Action.BOOKINGS),
    page("/staff/away", away, Action.BOOKINGS, ("POST",)),
    page("/staff/away/{away}", told_page, Action.BOOKINGS),
    page("/staff/away/{away}/part", told_part, Action.BOOKINGS),
    page("/staff/away/{away}/undo", undo, Action.BOOKINGS, ("POST",)),
]
