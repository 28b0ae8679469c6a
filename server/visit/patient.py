"""The patient's own page: one address for the whole life of a visit, and one next step at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.asking.shown import Answered, answered
from server.booking.intake.rules import Stage
from server.booking.intake.store import sheet
from server.booking.meeting import meeting_of, number_called
from server.booking.paying.shown import Owing, owing
from server.booking.reminders.store import confirmed
from server.booking.reminders.store import rules_of as reminder_rules
from server.booking.rooms import Room, rooms_of
from server.calm.together import Tools
from server.calm.toolbox import tools_in
from server.clinic.rules import Clinic, Means
from server.moments import Speaker, known_zone
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page
from server.templates import language_of, render
from server.visit.acts import act
from server.visit.checklist.elsewhere import kindly_ended
from server.visit.door import Knock, knock
from server.visit.facts import of_booking, of_clinic, of_person, of_times
from server.visit.handover.shown import Told, told
from server.visit.ladder.rules import Climb, WaitingRules
from server.visit.ladder.store import climbs, waiting_rules
from server.visit.marks import patient_is_here
from server.visit.measures.shown import Own, own_measures
from server.visit.medium.shown import ByPhone, by_phone
from server.visit.push.rules import COMES, WAITS
from server.visit.push.shown import TellHere, tell_here
from server.visit.queue.shown import Queue, look, minutes_late
from server.visit.recall.pages import keep_wish
from server.visit.recall.rules import Calling
from server.visit.recall.shown import StepAway, step_away, typed
from server.visit.recall.store import callings
from server.visit.record.plan import has_own_space
from server.visit.rules import Event, Part
from server.visit.scenes import Scene, Step, VisitView
from server.visit.talk.shown import Talk, talk

PAGES = {
    Scene.ASKED: "visit/asked.html",
    Scene.BOOKED: "visit/booked.html",
    Scene.TOO_EARLY: "visit/booked.html",
    Scene.OPEN: "visit/booked.html",
    Scene.WAITING: "visit/meet.html",
    Scene.IN_SESSION: "visit/meet.html",
    Scene.ON_HOLD: "visit/meet.html",
    Scene.STEPPED_AWAY: "visit/away.html",
    Scene.STEPPED_OUT: "visit/away.html",
    Scene.CALLED_IN: "visit/away.html",
    Scene.ENDED: "visit/over.html",
    Scene.DECLINED: "visit/declined.html",
    Scene.AFTER: "visit/over.html",
    Scene.NO_SHOW: "visit/missed.html",
    Scene.TOO_LATE: "visit/missed.html",
    Scene.CANCELLED: "visit/cancelled.html",
}
BEFORE = frozenset({Scene.ASKED, Scene.BOOKED, Scene.TOO_EARLY, Scene.OPEN})
CALLED = frozenset({Scene.WAITING, Scene.STEPPED_AWAY, Scene.ON_HOLD, Scene.CALLED_IN})
COMES_LATER = frozenset({Scene.BOOKED, Scene.TOO_EARLY, Scene.OPEN})
MEETING = frozenset({Scene.WAITING, Scene.IN_SESSION, Scene.ON_HOLD})
PARTS = dict.fromkeys(MEETING, "visit/parts/wait.html") | dict.fromkeys(
    (Scene.STEPPED_AWAY, Scene.CALLED_IN), "visit/parts/away_state.html"
)


@dataclass(frozen=True)
class Questions:
    """What the clinic asks before the visit: how far the patient is with it."""

    stage: Stage
    count: int


@dataclass(frozen=True)
class VisitPage:
    """What every page of a visit knows. Moments are aware; `clinic_say` speaks the clinic's zone when it differs.

    `time_left`: minutes before the end at which the patient is told; None when the clinic does not want it.
    """

    id: str
    scene: str
    view: VisitView
    steps: frozenset[str]
    zone: ZoneInfo
    first_name: str
    therapist: str
    therapist_first: str
    minutes: int
    phone: str
    now: datetime
    arrived_at: datetime | None
    staff_seen: timedelta | None
    until_start: timedelta
    until_open: timedelta
    days_ahead: int
    clinic_say: Speaker | None
    may_change: bool
    may_cancel: bool
    moved_from: datetime | None
    confirmed: bool
    in_series: bool
    queue: Queue
    told: Told
    sequence: int
    talk: Talk
    waiting_text: str
    after_text: str
    book_again: str
    climb: Climb | None
    tells: bool
    time_left: Sequence[int] | None
    by_phone: ByPhone
    calling: Calling | None
    has_mail: bool
    has_number: bool
    step_away: StepAway = field(repr=False)
    leads: bool = False
    tell_here: TellHere | None = None
    answer_by: datetime | None = None
    answered: Answered | None = None
    means: str = Means.VIDEO
    called: str = field(default="", repr=False)  # the number that the therapist calls
    address: str = ""
    rooms: Sequence[Room] = ()
    questions: Questions | None = None
    owing: Owing | None = None
    measures: Own | None = None
    tools: Tools | None = field(default=None, repr=False)
    has_plan: bool = False
    kindly: str | None = None  # the visit ended over where the patient is: the clinic's words, '' for ours


async def visit_page(request: Request) -> Response:
    """The truth about the visit, and the next step."""
    knocked = await knock(request, Action.VISIT)
    return await show(request, knocked)


async def show(
    request: Request, knocked: Knock, status: int = 200, said: Talk | None = None, leaving: StepAway | None = None
) -> Response:
    if knocked.view.scene in MEETING:
        await patient_is_here(knocked)
    context = await page_of_visit(request, knocked, said, leaving)
    template = "visit/answered.html" if context.answered else page_for(knocked)
    return render(request, template, context, brand=knocked.brand, status=status, zone=context.zone)


def page_for(knocked: Knock) -> str:
    """The template of this moment; nobody waits in a browser for a call or for a door."""
    if knocked.card.means != Means.VIDEO and knocked.view.scene in COMES_LATER:
        return "visit/met_otherwise.html"
    return PAGES[knocked.view.scene]


async def wait_part(request: Request) -> Response:
    """The words of the waiting room alone, for the page to fetch again; it is also the page's sign of life.

    In other scenes there is nothing to fetch but the scene itself: 204.
    """
    knocked = await knock(request, Action.VISIT)
    template = PARTS.get(knocked.view.scene)
    known = request.query_params.get("seq", str(knocked.card.sequence)) == str(knocked.card.sequence)
    scene = {"x-scene": knocked.view.scene.value if known else "handed_over"}
    if template is None:
        if "late" in request.query_params and request.query_params["late"] != await minutes_late(knocked):
            scene = {"x-scene": "late"}
        return Response(status_code=204, headers=scene)
    if knocked.view.scene in MEETING:
        await patient_is_here(knocked)
    context = await page_of_visit(request, knocked)
    response = render(request, template, context, brand=knocked.brand, zone=context.zone)
    response.headers.update(scene)
    return response


async def leave(request: Request) -> Response:
    """Step away and keep the place; the form may say how to be called back."""
    knocked, fields = await knock(request, Action.VISIT), await request.form()
    lacks = await keep_wish(knocked, fields)
    if lacks and knocked.view.scene in MEETING:
        return await show(request, knocked, 422, leaving=typed(fields, lacks))
    return await _walk(request, Event.LEAVE)


async def come_back(request: Request) -> Response:
    return await _walk(request, Event.COME_BACK)


async def _walk(request: Request, event: Event) -> Response:
    knocked = await knock(request, Action.VISIT)
    await act(knocked, event, Part.PATIENT)
    return RedirectResponse(f"/visit/{knocked.card.public_id}", 303)


async def page_of_visit(
    request: Request, knocked: Knock, said: Talk | None = None, leaving: StepAway | None = None
) -> VisitPage:
    """Everything that the pages of this visit know now."""
    card, house = knocked.card, knocked.house
    person = (await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id])).get(card.patient_id)
    language = language_of(request, knocked.brand)
    mine = Speaker(zone_of(request, person, knocked.clinic), language, house.clock())
    rules, climb, calling = await _ladder(knocked)
    return VisitPage(
        **of_booking(knocked),
        **of_clinic(knocked, language),
        **of_times(knocked, mine),
        **of_person(person),
        confirmed=await _confirmed(knocked),
        queue=await look(knocked),
        told=await told(knocked),
        talk=said or await talk(knocked),
        climb=climb,
        tells=rules.tells,
        by_phone=await by_phone(knocked, person),
        calling=calling,
        step_away=leaving or await _step_away(knocked, person, calling),
        tell_here=_tell_here(knocked, language) if await _tells(knocked, rules) else None,
        kindly=await _kindly(knocked, language),
        called=number_called(card, await meeting_of(house, card), person),
        rooms=await _rooms(knocked),
        questions=await _questions(knocked),
        owing=await owing(house, card),
        measures=await own_measures(request, knocked),
        tools=tools_in(language_of(request, knocked.brand)),
        has_plan=await has_own_space(request, knocked),
        answered=await answered(house, knocked.clinic, card, mine) if knocked.view.scene is Scene.CANCELLED else None,
    )


async def _tells(knocked: Knock, rules: WaitingRules) -> bool:
    """Whether this page offers that its device is told: of the call while they wait, of reminders before."""
    if knocked.view.scene in COMES:
        return (await knocked.house.db.read(lambda db: reminder_rules(db, knocked.clinic.id))).by_push
    return rules.push and knocked.view.scene in WAITS


async def _confirmed(knocked: Knock) -> bool:
    """Whether they said that they will come; not asked once somebody came."""
    if Step.MOVE not in knocked.view.ways[Part.PATIENT]:
        return False
    card = knocked.card
    return bool(await knocked.house.db.read(lambda db: confirmed(db, {card.id: card.starts_at})))


async def _rooms(knocked: Knock) -> Sequence[Room]:
    """Where in the house they go to; not asked of who does not come there."""
    if knocked.card.means != Means.PERSON or knocked.view.scene not in COMES_LATER:
        return ()
    appointment_id = knocked.card.appointment_id
    return (await knocked.house.db.read(lambda db: rooms_of(db, [appointment_id])))[appointment_id]


async def _questions(knocked: Knock) -> Questions | None:
    card = knocked.card
    if card.intake is None or knocked.view.scene not in BEFORE:
        return None
    found = await knocked.house.db.read(lambda db: sheet(db, card))
    return Questions(found.stage, len(found.next.questions)) if found else None


async def _step_away(knocked: Knock, person: Person | None, calling: Calling | None) -> StepAway:
    return await step_away(knocked, person, calling) if knocked.view.scene in MEETING else StepAway()


def _tell_here(knocked: Knock, language: str) -> TellHere:
    page_of_it = f"/visit/{knocked.card.public_id}"
    return tell_here(knocked.house, language, page_of_it, f"{page_of_it}/devices")


async def _kindly(knocked: Knock, language: str) -> str | None:
    visit = knocked.visit
    if visit is None or knocked.view.scene not in {Scene.ENDED, Scene.AFTER}:
        return None
    return await knocked.house.db.read(lambda db: kindly_ended(db, knocked.clinic, visit.id, language))


async def _ladder(knocked: Knock) -> tuple[WaitingRules, Climb | None, Calling | None]:
    """What the clinic set, where the ladder stands, and the calls back; nothing is read of who is not waited for."""
    visit = knocked.visit
    if visit is None or knocked.view.scene not in CALLED:
        return WaitingRules(), None, None

    async def work(db: AsyncSession) -> tuple[WaitingRules, Climb | None, Calling | None]:
        found = await climbs(db, knocked.clinic.id, [visit.id], knocked.now)
        called = await callings(db, [visit.id], knocked.now)
        return await waiting_rules(db, knocked.clinic.id), found.get(visit.id), called.get(visit.id)

    return await knocked.house.db.read(work)


def zone_of(request: Request, person: Person | None, practice: Clinic) -> ZoneInfo:
    """What this browser told, else what was told at the booking: a link may be opened on another device."""
    told = (request.query_params.get("tz", ""), request.cookies.get("tz", ""), person.zone if person else "")
    return next(filter(None, map(known_zone, told)), practice.zone)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}", visit_page, Action.VISIT),
    page("/visit/{public_id}/wait-part", wait_part, Action.VISIT),
    page("/visit/{public_id}/leave", leave, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/come-back", come_back, Action.VISIT, ("POST",)),
]
