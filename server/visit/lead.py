"""The therapist's side of a visit: the call page with its panel, and the decisions about who is in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.audit.store import note
from server.booking.intake.shown import Told, told
from server.booking.rooms import Room, rooms_of
from server.booking.series.again import book_again
from server.calm.together import Tools
from server.calm.toolbox import tools_in
from server.clinic.rules import Means
from server.errors import Conflict, NotFound
from server.patients import store as patients
from server.patients.rules import Needs
from server.routing import GuardedRoute, Handler, page
from server.templates import language_of, render
from server.visit import store
from server.visit.acts import Also, act, audit_entry, by_of
from server.visit.check.pages import last_check
from server.visit.check.rules import Kept
from server.visit.checklist.keeping import is_signed
from server.visit.checklist.panel import Panel, panel_of
from server.visit.door import Knock, knock
from server.visit.forms import Arrival, FieldReason, outcome_of
from server.visit.handover.giving import led_until_handed_over
from server.visit.keeping import NoteText, read_beside
from server.visit.ladder.rules import Climb
from server.visit.ladder.store import climbs
from server.visit.marks import was_shown
from server.visit.measures.shown import Beside, beside
from server.visit.medium.shown import ByPhone, by_phone
from server.visit.others import Others, others_of
from server.visit.owed import closing_of
from server.visit.presence.signs import was_heard
from server.visit.presence.store import come_back
from server.visit.recall.rules import Calling
from server.visit.recall.store import callings
from server.visit.record.beside import NoteBeside, note_beside
from server.visit.record.between import BetweenBeside, between_beside
from server.visit.record.days import DaysBeside, days_beside
from server.visit.record.plan import PlanBeside, plan_beside
from server.visit.rules import Event, Moved, Outcome, Part, Reason, State, VisitFacts
from server.visit.scenes import VisitView


@dataclass(frozen=True)
class LeadPage:
    """visit/lead.html and its live part. `problem` is a code: the sentence stands in the template."""

    id: str
    scene: str
    view: VisitView
    steps: frozenset[str]
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    phone: str = field(repr=False)
    mail: str = field(repr=False)
    needs: Needs = field(repr=False)
    arrival: Arrival | None = field(repr=False)
    note: NoteText
    service: str
    minutes: int
    therapist: str
    visit: VisitFacts | None
    now: datetime
    waited: timedelta | None
    start: Panel
    outcome: str
    problem: str
    climb: Climb | None
    time_left: Sequence[int]
    book_again: str = field(repr=False)
    by_phone: ByPhone
    calling: Calling | None = None
    leads: bool = True
    check: Kept | None = None
    means: str = Means.VIDEO
    rooms: Sequence[Room] = ()
    clinic_id: str = ""
    others: Others = field(default_factory=Others)
    questions: Told | None = field(default=None, repr=False)
    measures: Beside | None = field(default=None, repr=False)
    written: NoteBeside | None = field(default=None, repr=False)
    tools: Tools | None = field(default=None, repr=False)
    days: DaysBeside | None = field(default=None, repr=False)
    between: BetweenBeside | None = field(default=None, repr=False)
    planned: PlanBeside | None = field(default=None, repr=False)
    closing: str = ""


async def lead_page(request: Request) -> Response:
    """The page; one row in the audit, and the patient hears that they were seen."""
    try:
        knocked = await knock(request, Action.LEAD_VISIT)
    except NotFound:
        if await led_until_handed_over(request):
            return RedirectResponse("/staff?notice=handed-on", 303)
        raise
    return await show(request, knocked)


async def show(request: Request, knocked: Knock, problem: str = "", status: int = 200) -> Response:
    """The page with what is true now, and a sentence for `problem`."""
    context = await _context(knocked, problem)
    said = await told(knocked.house, knocked.card, words=True)
    context = replace(context, questions=said, measures=await beside(knocked), written=await note_beside(knocked))
    context = replace(context, tools=tools_in(language_of(request, knocked.brand)))
    context = replace(context, days=await days_beside(knocked), between=await between_beside(knocked))
    context = replace(context, planned=await plan_beside(knocked), closing=await closing_of(request, knocked))
    by = by_of(knocked, Part.THERAPIST)
    detail: dict[str, object] = {"scene": knocked.view.scene.value}
    if context.questions and context.questions.lines:
        detail["answers"] = len(context.questions.lines)
    if context.measures and context.measures.results:
        detail["measures"] = len(context.measures.results)
    if context.days:
        detail["days"] = len(context.days.shared.seen)
    if context.between:
        detail["tools"] = len(context.between.shared)

    async def work(db: AsyncSession) -> None:
        note(db, audit_entry(knocked, "visit.viewed", by, detail), knocked.now)

    await knocked.house.db.unit(work)
    await _seen(knocked)
    return render(request, "visit/lead.html", context, brand=knocked.brand, status=status)


async def lead_part(request: Request) -> Response:
    """The state in words alone, for the page to fetch again while nobody is in the call."""
    knocked = await knock(request, Action.LEAD_VISIT)
    if "hidden" not in request.query_params:
        await _seen(knocked)
    context = replace(await _context(knocked, ""), closing=await closing_of(request, knocked))
    response = render(request, "visit/parts/lead_state.html", context, brand=knocked.brand)
    response.headers["x-scene"] = knocked.view.scene.value
    return response


async def _seen(knocked: Knock) -> None:
    await was_heard(knocked.house, knocked.viewer)
    if knocked.visit is None or knocked.viewer.staff_id is None:
        return
    shown = [(knocked.card.public_id, knocked.visit)]
    await was_shown(knocked.house, knocked.card.clinic_id, knocked.viewer.staff_id, shown, page_view=True)


async def admit(request: Request) -> Response:
    """Let the patient in; again is the same. Whoever lets somebody in is not away any more."""
    knocked = await knock(request, Action.LEAD_VISIT)
    staff_id, now = knocked.card.therapist_id, knocked.now

    async def keep(db: AsyncSession, visit: VisitFacts) -> None:
        await come_back(db, staff_id, staff_id, now)

    return await _answer(request, knocked, Event.ADMIT, keep)


async def hold(request: Request) -> Response:
    return await _decide(request, Event.HOLD)


async def send_back(request: Request) -> Response:
    """Back to the waiting room: same place, same clock."""
    return await _decide(request, Event.SEND_BACK)


async def end(request: Request) -> Response:
    return await _decide(request, Event.END)


async def reopen(request: Request) -> Response:
    """Take an end back that came by mistake."""
    return await _decide(request, Event.REOPEN)


async def outcome(request: Request) -> Response:
    """What became of the visit: attended, no-show, ended early."""
    knocked = await knock(request, Action.LEAD_VISIT)
    chosen = outcome_of(await request.form())
    if isinstance(chosen, FieldReason):
        return await show(request, knocked, "outcome", 422)
    if await knocked.house.db.read(lambda db: is_signed(db, knocked)):
        return await show(request, knocked, "check_signed", 409)

    async def keep(db: AsyncSession, visit: VisitFacts) -> None:
        await store.set_outcome(db, visit.id, chosen)
        await store.note_event(
            db, visit.id, store.CAME[chosen is not Outcome.NO_SHOW], by_of(knocked, Part.THERAPIST), knocked.now
        )

    return await _answer(request, knocked, Event.NOTE_OUTCOME, keep)


async def _decide(request: Request, event: Event) -> Response:
    return await _answer(request, await knock(request, Action.LEAD_VISIT), event)


async def _answer(request: Request, knocked: Knock, event: Event, also: Also | None = None) -> Response:
    done = await act(knocked, event, Part.THERAPIST, also=also)
    if not isinstance(done.outcome, Moved):
        if wants_json(request):
            raise Conflict(done.outcome.reason.value)
        if done.outcome.reason is Reason.NOT_YOURS:
            return RedirectResponse("/staff?notice=handed-on", 303)
        return await show(request, await knock(request, Action.LEAD_VISIT), "moved_on", 409)
    if wants_json(request):
        return JSONResponse({"state": done.outcome.state.value, "changed": done.outcome.changed})
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}", 303)


async def _context(knocked: Knock, problem: str) -> LeadPage:
    card, visit = knocked.card, knocked.visit
    people = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    person = people.get(card.patient_id)
    arrival, written = await read_beside(knocked)
    since = visit.arrived_at if visit else None
    return LeadPage(
        id=card.public_id,
        scene=knocked.view.scene.value,
        view=knocked.view,
        steps=frozenset(step.value for step in knocked.view.ways[Part.THERAPIST]),
        name=person.name if person else "",
        first_name=person.first_name if person else "",
        phone=person.phone if person else "",
        mail=person.mail if person else "",
        needs=person.needs if person else Needs(),
        arrival=arrival,
        note=written,
        service=card.service_name,
        minutes=card.minutes,
        therapist=card.therapist_name,
        visit=visit,
        now=knocked.now,
        waited=knocked.now - since if since else None,
        start=await panel_of(knocked, person, arrival),
        outcome=visit.outcome.value if visit and visit.outcome else "",
        problem=problem,
        check=await last_check(knocked),
        climb=await climb_of(knocked),
        time_left=knocked.clinic.time_left,
        book_again=await book_again(knocked.house, knocked.card, knocked.clinic.zone),
        by_phone=await by_phone(knocked, person),
        calling=await _calling(knocked) if knocked.view.is_away else None,
        means=card.means,
        rooms=await rooms_of_visit(knocked),
        clinic_id=str(knocked.clinic.id),
        others=await others_of(knocked),
    )


async def rooms_of_visit(knocked: Knock) -> Sequence[Room]:
    """Which rooms it holds, where they meet in person."""
    card = knocked.card
    if card.means != Means.PERSON:
        return ()
    return (await knocked.house.db.read(lambda db: rooms_of(db, [card.appointment_id])))[card.appointment_id]


async def _calling(knocked: Knock) -> Calling | None:
    """Of somebody who is away: the ways they can be called by, and the last call."""
    visit = knocked.visit
    if visit is None:
        return None
    return (await knocked.house.db.read(lambda db: callings(db, [visit.id], knocked.now))).get(visit.id)


async def climb_of(knocked: Knock) -> Climb | None:
    """Where the ladder of this visit stands, while its patient waits."""
    visit = knocked.visit
    if visit is None or visit.state is not State.WAITING:
        return None
    found = await knocked.house.db.read(lambda db: climbs(db, knocked.clinic.id, [visit.id], knocked.now))
    return found.get(visit.id)


def _posts(step: str, handler: Handler) -> GuardedRoute:
    return page(f"/staff/visit/{{public_id}}/{step}", handler, Action.LEAD_VISIT, ("POST",))


routes: list[GuardedRoute] = [
    page("/staff/visit/{public_id}", lead_page, Action.LEAD_VISIT),
    page("/staff/visit/{public_id}/part", lead_part, Action.LEAD_VISIT),
    _posts("admit", admit),
    _posts("hold", hold),
    _posts("send-back", send_back),
    _posts("end", end),
    _posts("reopen", reopen),
    _posts("outcome", outcome),
]
