"""The clinic's day: a column of today, and a column of who waits now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Role, Viewer
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import store as booking
from server.booking.asking.store import open_requests
from server.booking.intake.rules import Sheet
from server.booking.intake.store import sheets
from server.booking.reminders.store import confirmed
from server.booking.rules import BookingCard
from server.clinic import store as clinic
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.programmes.outside.rules import Lapse
from server.programmes.outside.store import lapsing
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render
from server.visit import store
from server.visit.agenda import Day, DayLine, Waiter, lines_of, upcoming, waiters_of
from server.visit.calls import Needed
from server.visit.check import store as checks
from server.visit.check.rules import Kept
from server.visit.checklist.elsewhere import without_licence
from server.visit.help_now import HelpNow, help_now
from server.visit.ladder.kind import Called, called_to
from server.visit.ladder.rules import Climb
from server.visit.ladder.store import climbs, waiting_rules
from server.visit.late.store import NamedDelay
from server.visit.marks import was_shown
from server.visit.needed import needed_by
from server.visit.owed import Owed, owed_here
from server.visit.presence.signs import OwnState, delays_for, own_state, was_heard
from server.visit.push.shown import TellHere, tell_here
from server.visit.queue.team import TeamWaiter, team_waiters
from server.visit.recall.rules import Calling
from server.visit.recall.store import callings
from server.visit.risk.shown import Risen, own_call, risen_for
from server.visit.rules import VisitFacts
from server.visit.store import By
from server.visit.talk.rules import Line
from server.visit.talk.shown import last_words, was_read

T = TypeVar("T")
LOOK_BACK = timedelta(hours=18)
"""How long ago somebody may have arrived and still be shown as waiting, whatever day it was."""


@dataclass(frozen=True)
class AskedLine:
    """A time that waits for an answer, and who asks for it."""

    card: BookingCard
    name: str = field(repr=False)


@dataclass(frozen=True)
class DayPage:
    """`everyone`: the viewer sees the whole clinic's day; `leads`: they may let their own patients in."""

    now: datetime
    lines: Sequence[DayLine]
    waiters: Sequence[Waiter]
    upcoming: DayLine | None
    clinic_id: str
    everyone: bool
    leads: bool
    warnings: Sequence[str]
    own: OwnState | None
    climbs: Mapping[str, Climb]
    called: Sequence[Called]
    callings: Mapping[str, Calling]
    team: Sequence[TeamWaiter]
    said: Mapping[str, Line]
    delays: Sequence[NamedDelay]
    tell_here: TellHere | None
    requests: Sequence[AskedLine] = ()
    risen: Sequence[Risen] = ()
    needed: Sequence[Needed] = ()
    on_call_until: datetime | None = None
    help_now: HelpNow | None = None
    owed: Owed = field(default_factory=Owed)
    lapses: Sequence[Lapse] = ()


@dataclass(frozen=True)
class _Found:
    clinic: Clinic
    cards: Sequence[BookingCard]
    others: Sequence[BookingCard]
    visits: Mapping[UUID, VisitFacts]
    met: frozenset[UUID]
    checks: Mapping[UUID, Kept]
    climbs: Mapping[str, Climb]
    called: Sequence[Called]
    callings: Mapping[str, Calling]
    behind: Mapping[UUID, int]
    tells: bool
    confirmed: Mapping[UUID, datetime]
    requests: Sequence[BookingCard] = ()
    sheets: Mapping[UUID, Sheet] = field(default_factory=dict)
    needed: Sequence[Needed] = ()
    on_call_until: datetime | None = None
    help_now: HelpNow | None = None


async def day(request: Request) -> Response:
    """The whole page; one row in the audit for all the names on it."""
    house, viewer = house_of(request), viewer_of(request)
    await was_heard(house, viewer)
    found = await house.db.read(lambda db: _load(db, viewer, house.clock()))
    context = await _context(request, house, viewer, found)
    await house.db.unit(lambda db: _audit(db, viewer, found, house.clock()))
    await _mark(house, viewer, found, context.waiters, page_view=True)
    return render(request, "visit/day.html", context, brand=clinic.brand(found.clinic))


async def waiting_part(request: Request) -> Response:
    """The column of those who wait."""
    return await _part(request, "visit/parts/waiters.html")


async def agenda_part(request: Request) -> Response:
    """The column of today."""
    return await _part(request, "visit/parts/agenda.html")


async def _part(request: Request, template: str) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    if in_sight := "hidden" not in request.query_params:
        await was_heard(house, viewer)
    found = await house.db.read(lambda db: _load(db, viewer, house.clock()))
    context = await _context(request, house, viewer, found)
    if in_sight and template.endswith("waiters.html"):
        await _mark(house, viewer, found, context.waiters, page_view=False)
    return render(request, template, context, brand=clinic.brand(found.clinic))


async def _load(db: AsyncSession, viewer: Viewer, now: datetime) -> _Found:
    practice = await clinic.clinic_of(db, viewer.clinic_id) if viewer.clinic_id else None
    if practice is None:
        raise NotFound()
    cards, others = await _cards(db, practice, _own_day(viewer), now)
    visits = await store.visits_of(db, [card.id for card in (*cards, *others)])
    met = await store.patients_met(db, practice.id, [card.patient_id for card in cards])
    checked = await checks.last_of(db, [visit.id for visit in visits.values()])
    climbing = await climbs(db, practice.id, [visit.id for visit in visits.values()], now)
    climbing_by_page = _by_page(cards, visits, climbing)
    calling = await callings(db, [visit.id for visit in visits.values()], now)
    called = await called_to(db, practice.id, viewer.staff_id, now) if _own_day(viewer) else []
    on_call = await own_call(db, practice, viewer, now)
    return _Found(
        clinic=practice,
        cards=sorted(cards, key=lambda card: card.starts_at),
        others=others,
        visits=visits,
        met=met,
        checks=checked,
        climbs=climbing_by_page,
        called=called,
        callings=_by_page(cards, visits, calling),
        behind={visit.booking_id: calling[visit.id].behind for visit in visits.values() if visit.id in calling},
        tells=(await waiting_rules(db, practice.id)).push,
        requests=await open_requests(db, practice.id, _own_day(viewer)),
        confirmed=await confirmed(db, {card.id: card.starts_at for card in cards}),
        sheets=await sheets(db, cards),
        needed=await needed_by(db, viewer, now),
        on_call_until=on_call,
        help_now=await help_now(db, viewer, on_call, now),
    )


def _by_page(cards: Sequence[BookingCard], met: Mapping[UUID, VisitFacts], of: Mapping[UUID, T]) -> dict[str, T]:
    """What is known by visit, by the address of its page."""
    return {card.public_id: of[met[card.id].id] for card in cards if card.id in met and met[card.id].id in of}


def _own_day(viewer: Viewer) -> UUID | None:
    """Whose day it is; None: everybody's, for those who lead nobody themselves."""
    return viewer.staff_id if viewer.has(Role.THERAPIST) else None


async def _cards(
    db: AsyncSession, practice: Clinic, therapist_id: UUID | None, now: datetime
) -> tuple[list[BookingCard], list[BookingCard]]:
    """The bookings of today and those of another day whose patient is here; and who waits for the team elsewhere."""
    today = now.astimezone(practice.zone).date()
    begin, end = (datetime.combine(day, time(), practice.zone) for day in (today, today + timedelta(days=1)))
    cards = await booking.bookings_between(db, practice.id, therapist_id, begin, end)
    known, others = {card.id for card in cards}, []
    for booking_id in await store.open_bookings(db, practice.id, now - LOOK_BACK):
        card = None if booking_id in known else await booking.booking_for_visit(db, booking_id)
        if card and therapist_id in {None, card.therapist_id}:
            cards.append(card)
        elif card and card.team:
            others.append(card)
    return cards, others


async def _context(request: Request, house: House, viewer: Viewer, found: _Found) -> DayPage:
    lang = language_of(request, clinic.brand(found.clinic))
    known = [card.patient_id for card in (*found.cards, *found.requests)]
    people = await patients.people(house.db, house.keys, found.clinic.id, known)
    now = house.clock()
    elsewhere = await without_licence(house, found.clinic, viewer.staff_id, found.cards, found.visits, now)
    policy = found.clinic.policy
    about = (found.cards, found.visits, people, found.met, policy, viewer.staff_id, now, found.checks, elsewhere)
    made_of = Day(*about, found.confirmed, found.behind, found.sheets)
    lines, waiters = lines_of(made_of), waiters_of(made_of)
    return DayPage(
        now=now,
        lines=lines,
        waiters=waiters,
        upcoming=upcoming(lines, waiters, now),
        clinic_id=str(found.clinic.id),
        everyone=_own_day(viewer) is None,
        leads=viewer.has(Role.THERAPIST),
        warnings=warnings_of(house, numbers_alone=any(not one.mail for one in people.values())),
        own=await own_state(house, viewer),
        climbs=found.climbs,
        called=found.called,
        callings=found.callings,
        team=team_waiters(found.others, found.visits, found.behind, policy, now),
        delays=await delays_for(house, viewer),
        said=await last_words(house, _open(found, waiters)),
        requests=[
            AskedLine(card, people[card.patient_id].name) for card in found.requests if card.patient_id in people
        ],
        risen=await risen_for(house, viewer),
        needed=found.needed,
        on_call_until=found.on_call_until,
        help_now=found.help_now,
        owed=await owed_here(request),
        lapses=await house.db.read(lambda db: lapsing(db, found.clinic.id, found.clinic.zone, now)),
        tell_here=tell_here(house, lang, "/staff", "/staff/devices", quiet=True) if found.tells else None,
    )


def _open(found: _Found, shown: Sequence[Waiter]) -> list[tuple[BookingCard, VisitFacts]]:
    """The bookings behind these waiters."""
    here = {one.public_id for one in shown}
    return [(card, found.visits[card.id]) for card in found.cards if card.public_id in here]


def warnings_of(house: House, *, numbers_alone: bool = False) -> list[str]:
    """What stands between this installation and a first real visit, as codes; the sentences stand in the template.

    `numbers_alone`: somebody of the day gave a number and no mail address.
    """
    missing = {
        "no_https": not house.settings.https,
        "no_relay": not house.settings.turn_url_list,
        "no_mail": not house.mailer.sends,
        "no_texts": numbers_alone and not house.texter.sends,
    }
    return [code for code, is_missing in missing.items() if is_missing]


async def _audit(db: AsyncSession, viewer: Viewer, found: _Found, now: datetime) -> None:
    detail = {"patients": len({card.patient_id for card in (*found.cards, *found.requests)})}
    note(db, Entry(found.clinic.id, "day.viewed", "clinic", found.clinic.id, "staff", viewer.staff_id, detail), now)


async def _mark(house: House, viewer: Viewer, found: _Found, shown: Sequence[Waiter], *, page_view: bool) -> None:
    assert viewer.staff_id is not None, "the gate lets staff alone through"
    opened = _open(found, shown)
    visits = [(card.public_id, visit) for card, visit in opened]
    await was_shown(house, found.clinic.id, viewer.staff_id, visits, page_view=page_view)
    await was_read(house, opened, By("staff", viewer.staff_id))


routes: list[GuardedRoute] = [
    page("/staff", day, Action.DAY),
    page("/staff/day/waiting", waiting_part, Action.DAY),
    page("/staff/day/agenda", agenda_part, Action.DAY),
]
