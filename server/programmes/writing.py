"""Writing of a course: a step with its answers, a gate that is passed, a change. Each form sent twice is one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.errors import Conflict, NotFound, Unprocessable
from server.measures.results import results_of
from server.patients.rules import Person
from server.patients.telling import lang_of
from server.programmes import store
from server.programmes.answering import LONGEST, Answered, Reason, parse
from server.programmes.baseline import Begun, begun_later, counted
from server.programmes.because import Because, because
from server.programmes.beginning import Total, begun_with, totals_for
from server.programmes.catalogue import family_of
from server.programmes.changes import Kind
from server.programmes.course import Entry, Key, Override, Seen, Why, day_of
from server.programmes.days.standing import ahead, cancel_all
from server.programmes.definition import Kind as What
from server.programmes.definition import Step
from server.programmes.gates import Blocked
from server.programmes.keeping import Opened, change, opened, override, record, standing
from server.programmes.later import OTHERWISE, WHY, earliest, lifts
from server.programmes.medicines.looking import Seen as Medicines
from server.programmes.medicines.looking import last_begun, seen_for
from server.programmes.not_now import NotNow, not_now
from server.programmes.opening import PATH, Asked, course_asked
from server.programmes.outcome import Outcome, decides, outcomes
from server.programmes.passing.rules import Passers
from server.programmes.passing.store import passers_of
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import No, Refused
from server.programmes.shown import recordable, shown
from server.programmes.signed import SIGNED, other_name
from server.programmes.times.rules import UNASKED
from server.programmes.times.topics import is_sure
from server.programmes.tongues import in_their_tongue
from server.programmes.topics import is_confirmed, key_of
from server.programmes.tried import tried_before
from server.reasons import readable
from server.record.care.rules import Trial, adequate_medicines
from server.routing import GuardedRoute, page
from server.templates import render
from server.tongues import Words

COURSE = f"{PATH}/{{course:uuid}}"
SEEN = re.compile(rf"({'|'.join(Why)}):([\w-]*):(-?\d{{1,4}})", re.ASCII)
STEP = f"{COURSE}/steps/{{step}}/{{session:int}}/{{round:int}}"


@dataclass(frozen=True)
class StepPage:
    """programmes/step.html: one step to write. `refused`: why it was not; `blocked`: the gates that hold it;
    `proposes`: nobody confirmed the times around it; `held`: before, it stopped or asked for a look;
    `not_now`: why it cannot be written as of now, of a page that was only opened;
    `earliest`: the first day of which it may be written, None: of today alone; `asks_after`: so many minutes later it
    needs a reason on its day too, 0: it needs none; `began`: what its time is counted from, where that was written
    later; `whose` and `who`: the clinic and the member of staff, by whom a device holds what it fills the form with;
    `outcomes`: of a step that decides, what the measures came to; `tried`: question -> what the record knows that was
    tried before; the field begins with the number of adequate ones, where there is one; `medicines`: question -> those
    of its list that the patient takes; `measured`: question -> the total that its field begins with; `theirs`: points
    of a consent in the patient's language.
    """

    person: Person = field(repr=False)
    base: str
    name: str
    notice_of: str
    awaits: bool
    proposes: bool
    topic: str
    step: Step
    theirs: Mapping[str, Words]
    key: Key
    once: str
    form: Mapping[str, str] = field(repr=False)
    reasons: Mapping[str, Reason]
    refused: No | None
    blocked: tuple[Blocked, ...]
    not_now: NotNow | None
    held: bool
    because: Because = field(repr=False)
    by_id: Mapping[str, Step]
    outcomes: Sequence[Outcome] = field(repr=False)
    tried: Mapping[str, Sequence[Trial]] = field(repr=False)
    measured: Mapping[str, Total] = field(repr=False)
    medicines: Mapping[str, Medicines] = field(repr=False)
    today: date
    earliest: date | None
    asks_after: int
    began: Begun | None = field(repr=False)
    whose: str
    who: str


async def step_page(request: Request) -> Response:
    """`GET .../steps/{step}/{session}/{round}`: an empty form, or why the step cannot be written. Raises NotFound."""
    asked = await course_asked(request, Action.RECORD_WRITE)
    return await _show(request, asked, None, {}, str(uuid4()), looks=True)


async def write_step(request: Request) -> Response:
    """303 when it is written; 422 with a sentence at each field; 409 where it is not due, or a gate holds it."""
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request, 120)
    step, key = await _step(request, asked)
    once, before = _once(fields), await _paces(asked, step)
    clinic = asked.record.clinic
    counts = await _counts(asked, step)
    answered = parse(step, fields, asked.record.now, clinic.zone, clinic.country, counts)
    if not isinstance(answered, Answered):
        return await _show(request, asked, fields, answered, str(once), status=422)
    entry = Entry(key, answered.at, found_in(step.questions, answered.answers).verdict, asked.record.staff_id)
    otherwise, signed = _typed(fields, "otherwise"), _typed(fields, "signed")
    named = other_name(step, answered.answers, asked.record.person.name)
    if named and not readable(signed):
        return await _show(request, asked, fields, {"signed": Reason.OTHER_NAME}, str(once), status=422)
    more = {OTHERWISE: otherwise} if otherwise else {}
    answers = {**answered.answers, **more, **({SIGNED: signed} if named else {})}
    refused = await record(asked.hand(once), entry, answers)
    if refused and refused.why is No.NO_OTHERWISE:
        return await _show(request, asked, fields, {"otherwise": Reason.NO_OTHERWISE}, str(once), status=422)
    if refused:
        again = uuid4() if refused.why is No.ALREADY else once
        return await _show(request, asked, fields, {}, str(again), refused, 409)
    lets_go = step.kind is What.EVENT or entry.verdict is not Verdict.STOP
    goes_home = step.tells and lets_go and WHY not in answered.answers
    of_today = day_of(clinic.zone, answered.at) == day_of(clinic.zone, asked.record.now)
    kept = "kept" if of_today or WHY in answered.answers else "yesterday"
    notice = "danger" if step.calls(answered.answers) else "home" if goes_home else kept
    if notice == "kept" and await _paces(asked, step) != before:
        notice = "pace"
    return RedirectResponse(f"{asked.base}?of={key.step}.{key.session}.{key.round}&notice={notice}", 303)


async def _show(
    request: Request, asked: Asked, form: Mapping[str, str] | None, reasons: Mapping[str, Reason], once: str,
    refused: Refused | None = None, status: int = 200, looks: bool = False,
) -> Response:  # fmt: skip
    step, key = await _step(request, asked)
    record_, one = asked.record, await opened(asked.record.house, asked.row, asked.record.clinic.zone, asked.record.now)
    line = next((line for line in shown(one, record_.now).lines if line.key == key), None)
    pinned = one.standing.loaded.pinned
    blocked = refused.blocked if refused else line.blocked if line else ()
    clinic_id = record_.clinic.id
    sure = await record_.house.db.read(lambda db: is_confirmed(db, clinic_id, pinned.definition, pinned.digest))
    timed = await record_.house.db.read(lambda db: is_sure(db, clinic_id))
    tried, today = await tried_before(record_, step), day_of(record_.clinic.zone, record_.now)
    known = {f"q-{name}": str(count) for name, found in tried.items() if (count := adequate_medicines(found))}
    measured = await totals_for(record_, step)
    known |= {f"q-{name}": str(one.total) for name, one in measured.items()}
    known |= {f"q-{name}": text for name, text in (await begun_with(record_, one, step, key)).items()}
    context = StepPage(
        person=record_.person,
        base=asked.base,
        name=pinned.definition.name,
        notice_of=pinned.definition.notice,
        awaits=not sure,
        proposes=not timed,
        topic=key_of(pinned.definition),
        step=step,
        theirs=in_their_tongue(pinned.definition, step, lang_of(record_.person)),
        key=key,
        once=once,
        form=known if form is None else form,
        reasons=reasons,
        refused=refused.why if refused else None,
        blocked=blocked,
        not_now=not_now(one.standing.programme, one.standing.done, step, key, record_.now) if looks else None,
        because=because(one, [(key.session, blocked)]),
        by_id=pinned.definition.by_id,
        outcomes=await _figures(asked, one) if decides(step) else (),
        tried=tried,
        measured=measured,
        held=lifts(one.standing.done, step, Entry(key, record_.now)),
        medicines=await seen_for(record_, step.questions, last_begun(one.standing.done, key.session)),
        today=today,
        earliest=earliest(step, today),
        asks_after=int(UNASKED.total_seconds()) // 60 if step.id in pinned.definition.by_the_clock else 0,
        began=begun_later(one, key.session) if pinned.definition.counted_from(step.id) else None,
        whose=record_.clinic.id.hex,
        who=record_.staff_id.hex,
    )
    return render(request, "programmes/step.html", context, status=status)


def _typed(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").replace("\r\n", "\n").strip()[:LONGEST]


async def _counts(asked: Asked, step: Step) -> bool:
    """Whether the time of who is watched is counted by this step."""
    record_ = asked.record
    found = await record_.house.db.read(lambda db: standing(db, asked.row, record_.clinic.zone, record_.now))
    return step.id in found.programme.definition.by_the_clock


async def _figures(asked: Asked, one: Opened) -> list[Outcome]:
    """What the measures came to, for who decides."""
    results = await results_of(asked.record.house, asked.record.clinic.id, asked.record.person.id)
    return outcomes(one.standing.programme.definition, results, one.standing.done.begun)


async def _step(request: Request, asked: Asked) -> tuple[Step, Key]:
    """The step that the address names. Raises NotFound, for one that is answered or pressed elsewhere too; Conflict
    where the definition is not read any more.
    """
    house, where = asked.record.house, request.path_params
    one = await opened(house, asked.row, asked.record.clinic.zone, asked.record.now)
    step = one.standing.programme.definition.by_id.get(where["step"])
    if one.standing.programme.definition.faults:
        raise Conflict()
    if step is None or step.card or not recordable(step) or where["session"] > one.standing.programme.total:
        raise NotFound()
    return counted(one, step, where["session"]), Key(step.id, where["session"], where["round"])


@dataclass(frozen=True)
class NotPassedPage:
    """programmes/not_passed.html: whom the clinic named, to somebody who is none of them."""

    person: Person = field(repr=False)
    base: str
    passers: Passers
    leads: bool


async def pass_gate(request: Request) -> Response:
    """Pass a gate for what its page showed, with a reason. Raises NotFound; 303 also where it is open already; 403 with
    who may, where the clinic named others.
    """
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request)
    once, session = _once(fields), fields.get("session", "")
    if not session.isascii() or not session.isdigit() or len(session) > 3:
        raise Unprocessable()
    one = Override(
        request.path_params["gate"], int(session), asked.record.now, asked.record.staff_id,
        seen=_seen(fields.get("seen", "")), reason=fields.get("reason", "").strip()[:2000],
    )  # fmt: skip
    refused = await override(asked.hand(once), one)
    if refused and refused.why is No.NOT_NAMED:
        return await _not_passed(request, asked)
    return _back(asked, refused)


async def _not_passed(request: Request, asked: Asked) -> Response:
    record_ = asked.record

    async def load(db: AsyncSession) -> Passers:
        pinned = (await store.loaded(db, asked.row)).pinned
        return await passers_of(db, record_.clinic.id, family_of(pinned.definition))

    passers, leads = await record_.house.db.read(load), admits(record_.viewer, Action.CLINIC)
    context = NotPassedPage(record_.person, asked.base, passers, leads)
    return render(request, "programmes/not_passed.html", context, status=403)


def _seen(text: str) -> frozenset[Seen]:
    """What the page said kept it shut: `why:step:round` with blanks between."""
    found = [SEEN.fullmatch(one) for one in text.split()]
    return frozenset(Seen(Why(one[1]), one[2], int(one[3])) for one in found if one)


async def change_course(request: Request) -> Response:
    """Pause, go on, add sessions, or end; with a reason. Raises Unprocessable."""
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request)
    kind, count = fields.get("kind", ""), fields.get("sessions", "")
    if kind not in set(Kind):
        raise Unprocessable()
    sessions = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    reason, phase = fields.get("reason", "").strip()[:2000], fields.get("phase", "")
    more = (phase, sessions) if kind == Kind.EXTEND else ("", 0)
    refused = await change(asked.hand(_once(fields)), Kind(kind), reason, *more)
    if refused is None and kind == Kind.END and fields.get("cancel") == "yes":
        await _cancel_ahead(asked)
    return _back(asked, refused)


async def _cancel_ahead(asked: Asked) -> None:
    record_ = asked.record

    async def load(db: AsyncSession) -> list[BookingCard]:
        return await ahead(db, await standing(db, asked.row, record_.clinic.zone, record_.now), record_.now)

    await cancel_all(record_.house, record_.clinic, record_.viewer, await record_.house.db.read(load))


async def _paces(asked: Asked, step: Step) -> Mapping[str, int]:
    """Phase -> weeks apart, as it is now; of a step that chooses none nothing is read."""
    if not any(one.paces for one in step.questions):
        return {}
    record_ = asked.record
    found = await record_.house.db.read(lambda db: standing(db, asked.row, record_.clinic.zone, record_.now))
    return found.programme.apart


def _back(asked: Asked, refused: Refused | None) -> Response:
    """Raises Conflict where the id of the form belongs to something else."""
    if refused and refused.why is No.ALREADY:
        raise Conflict()
    told = {No.NO_REASON: "no-reason", No.UNFINISHED: "unfinished"}
    notice = told.get(refused.why, "changed") if refused else "kept"
    return RedirectResponse(f"{asked.base}?notice={notice}", 303)


def _once(fields: Mapping[str, str]) -> UUID:
    once = read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    return once


routes: list[GuardedRoute] = [
    page(STEP, step_page, Action.RECORD_WRITE, name="course_step"),
    page(STEP, write_step, Action.RECORD_WRITE, ("POST",), name="write_course_step"),
    page(f"{COURSE}/gates/{{gate}}", pass_gate, Action.RECORD_WRITE, ("POST",), name="pass_gate"),
    page(f"{COURSE}/changes", change_course, Action.RECORD_WRITE, ("POST",), name="change_course"),
]
