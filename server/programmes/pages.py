"""A patient's courses as who treats them has them: begun, looked at, and written of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.errors import Conflict, NotFound, Unprocessable
from server.measures.results import results_of
from server.patients.care import store as care
from server.patients.rules import Person
from server.programmes import beside, own, settings, store, writing
from server.programmes.after.rules import Meeting
from server.programmes.baseline import preset_of
from server.programmes.because import Reason, came_to
from server.programmes.beside import Going
from server.programmes.board import pages as board
from server.programmes.card import pages as card
from server.programmes.days import pages as days
from server.programmes.days.lateness import late_rules
from server.programmes.definition import Definition, Step
from server.programmes.emergency import Emergency, emergency_of
from server.programmes.exports import pages as exports
from server.programmes.exports import several
from server.programmes.exports.store import Sent
from server.programmes.filed import pages as filed
from server.programmes.filed.falls import GivenUp
from server.programmes.filed.store import Offered, offered
from server.programmes.keeping import Opened, opened
from server.programmes.medicines.looking import Seen as Medicines
from server.programmes.medicines.looking import asked_next, last_begun, seen_for
from server.programmes.mending import Problem
from server.programmes.observing import offline as observing_offline
from server.programmes.observing import pages as observing
from server.programmes.observing.unkept import pages as taking_off
from server.programmes.observing.unkept.rules import Unkept
from server.programmes.opening import PATH, course_asked
from server.programmes.outcome import Outcome, outcomes, totals_of
from server.programmes.passing import pages as passing
from server.programmes.passing.rules import Passers
from server.programmes.presets import pages as presets
from server.programmes.presets.rules import Preset, WorkedOut, worked_out
from server.programmes.shown import Shown, shown
from server.programmes.store import Pinned, Row
from server.programmes.summary import own as summary_own
from server.programmes.summary import pages as summary
from server.programmes.surroundings import surroundings
from server.programmes.topics import awaiting, key_of
from server.record.opening import Opened as Record
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render


@dataclass(frozen=True)
class CoursesPage:
    """programmes/courses.html: every course of a patient, and what can begin. `awaits`: digests of versions that no
    clinician confirmed; `once`: of the form; `going`: programme -> the course of its family that goes on, beside which
    no other begins; `refused`: it is for that;
    `twice`: course -> another of the same family that goes on beside it; `lacks`: programme of the clinic's own -> why
    none begins by it until its file is mended, `mends`: that was why; `gives_up`: of such a programme, what it does.
    """

    person: Person = field(repr=False)
    base: str
    courses: Sequence[tuple[Row, Pinned]]
    given: Sequence[Pinned]
    awaits: frozenset[str]
    writes: bool
    once: str
    going: Mapping[str, Going]
    lacks: Mapping[str, Sequence[Problem]]
    gives_up: Mapping[str, GivenUp]
    refused: Going | None = None
    twice: Mapping[UUID, UUID] = field(default_factory=dict)
    mends: bool = False


@dataclass(frozen=True)
class CoursePage:
    """programmes/course.html. `awaits`: no clinician confirmed this version, which is `topic` there; `proposes`: nor
    the times around it; `names`: of staff by id; `gates`: id -> reason; `phases`: (id, name); `meetings` after
    sessions, which are booked as `service`; `untold`: the sessions after which the words for the way home were sent to
    nobody; `unbooked`: those for which the clinic names none; `leads`: who looks may name it; `sent`: (export, session)
    -> that somebody noted; `preset`: how sessions are given, and what it comes to, `unsure`: keys of those that nobody
    confirmed; `emergency`: what is pressed and shown at once; `whose` and `who`: the clinic and the member of staff, by
    whom a device keeps a press until it is sent; `ids()` is a fresh id for each form of the page; `medicines` that the
    patient takes, of the list that the definition watches, before a session; `standing`: the bookings ahead; `twice`:
    another course of the same family goes on beside it; `tabled`: its sessions have a table of what was planned;
    `came`: what is to be looked at of the step that was just written; `unkept`: what was taken off devices and never
    kept; `passers`: whom the clinic named who pass its gates, `passes`: who looks may.
    """

    person: Person = field(repr=False)
    base: str
    one: Shown = field(repr=False)
    outcomes: Sequence[Outcome] = field(repr=False)
    names: Mapping[UUID, str]
    awaits: bool
    topic: str
    proposes: bool
    writes: bool
    gates: Mapping[str, str]
    phases: Sequence[tuple[str, str]]
    meetings: Sequence[Meeting]
    untold: Sequence[int]
    service: UUID | None
    unbooked: Sequence[Step]
    leads: bool
    sent: Mapping[tuple[str, int], Sent]
    ids: Callable[[], str]
    preset: tuple[Preset, WorkedOut] | None
    unsure: frozenset[str]
    emergency: Emergency | None
    medicines: Medicines | None = field(repr=False)
    whose: str
    who: str
    standing: Sequence[BookingCard] = field(repr=False)
    now: datetime
    tabled: bool
    came: Sequence[Reason] = field(repr=False)
    unkept: Sequence[Unkept] = field(repr=False)
    passers: Passers
    passes: bool
    twice: Going | None = None


async def courses_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/courses`. Raises NotFound for who does not treat them."""
    record = await open_record(request)
    await record.trace("record.seen", page="courses")
    return await _courses(request, record)


async def _courses(
    request: Request, record: Record, refused: Going | None = None, status: int = 200, *, mends: bool = False
) -> Response:
    clinic_id, person = record.clinic.id, record.person

    async def work(db: AsyncSession) -> tuple[Sequence[tuple[Row, Pinned]], list[Offered], frozenset[str]]:
        courses = await beside.every(db, clinic_id, person.id)
        keys, _ = await store.given(db, clinic_id)
        known = await offered(db, clinic_id)
        given = [one for key, one in known.items() if key in keys]
        asked = [*(pinned for _, pinned in courses), *(one.pinned for one in given)]
        return courses, given, await awaiting(db, clinic_id, asked)

    courses, offers, awaits = await record.house.db.read(work)
    given = [one.pinned for one in offers]
    going = {one.definition.id: beside.open_one(courses, one.definition) for one in given}
    context = CoursesPage(
        person=person,
        base=record.base,
        courses=courses,
        given=given,
        awaits=awaits,
        writes=admits(record.viewer, Action.RECORD_WRITE),
        once=fresh(),
        going={key: course for key, course in going.items() if course},
        refused=refused,
        twice=beside.beside(courses),
        lacks={one.pinned.definition.id: one.lacks for one in offers if one.lacks},
        gives_up={one.pinned.definition.id: less for one in offers if (less := one.gives_up)},
        mends=mends,
    )
    return render(request, "programmes/courses.html", context, status=status)


async def begin(request: Request) -> Response:
    """Begin a course by the version that counts now; the same form again leads to the same course. 409 with a link
    while another one of the same family goes on, and with what to mend where a file of the clinic's own lacks it.
    Raises NotFound for a programme that the clinic does not give.
    """
    record, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    once, key = read_uuid(fields.get("once", "")), fields.get("programme", "")
    if once is None:
        raise Unprocessable()
    clinic_id, patient_id = record.clinic.id, record.person.id

    async def work(db: AsyncSession) -> Row | Going | Offered | None:
        found = (await offered(db, clinic_id)).get(key)
        if found is None or key not in (await store.given(db, clinic_id))[0]:
            return None
        await store.take_turn_of(db, patient_id)
        if known := await store.course_of(db, clinic_id, once):
            return known
        if found.lacks:
            return found
        if going := beside.open_one(await beside.every(db, clinic_id, patient_id), found.pinned.definition):
            return going
        version = await store.keep_version(db, clinic_id, found.data, record.staff_id, record.now)
        new = Row(once, clinic_id, patient_id, version, record.now, record.staff_id, 0, 0, None)
        if await store.begin(db, new):
            note(db, record.entry("course.begun", course=once.hex, programme=key), record.now)
            await _keep_open(db, record)
        return await store.course_of(db, clinic_id, once)

    found = await record.house.db.unit(work)
    if found is None:
        raise NotFound()
    if isinstance(found, Offered):
        return await _courses(request, record, status=409, mends=True)
    if not isinstance(found, Row):
        return await _courses(request, record, found, 409)
    if found.patient_id != patient_id:
        raise Conflict()
    return RedirectResponse(f"{record.base}/courses/{found.id}", 303)


async def _keep_open(db: AsyncSession, record: Record) -> None:
    """Follow-ups come long after the last visit: to who began a course the record stays open until they let it go."""
    whose = (record.clinic.id, record.person.id, record.staff_id)
    if not (await care.between(db, *whose)).kept:
        await care.keep(db, *whose, record.now, kept=True)
        note(db, record.entry("record.kept_open", kept=True), record.now)


async def course_page(request: Request) -> Response:
    """`GET .../courses/{course}`: where it stands. Raises NotFound."""
    asked = await course_asked(request)
    record = asked.record
    await record.trace("record.seen", page="course", course=asked.row.id.hex)
    found = await opened(record.house, asked.row, record.clinic.zone, record.now)
    results = await results_of(record.house, record.clinic.id, record.person.id)
    definition = found.standing.loaded.pinned.definition
    one = shown(found, record.now, totals_of(definition, results))
    key = await record.house.keys.patient(record.clinic.id, record.person.id)
    around = await record.house.db.read(lambda db: surroundings(db, record, found, key))
    one = replace(one, again=(*one.again, *await late_rules(record.house, record.clinic, found.standing, record.now)))
    preset, names = preset_of(found), await record.names()
    context = CoursePage(
        person=record.person,
        base=asked.base,
        one=one,
        outcomes=outcomes(definition, results, found.standing.done.begun),
        names=names,
        awaits=not around.sure and not definition.faults,
        proposes=not around.timed,
        writes=admits(record.viewer, Action.RECORD_WRITE),
        topic=key_of(definition),
        gates={gate.id: gate.reason for gate in definition.gates},
        phases=[(phase.id, phase.name) for phase in definition.phases],
        meetings=around.meetings,
        untold=around.untold,
        service=around.service,
        unbooked=_unbooked(definition, found, around.service),
        leads=admits(record.viewer, Action.CLINIC),
        sent=around.sent,
        ids=fresh,
        preset=(preset, worked_out(preset)) if preset else None,
        unsure=found.presets.unsure,
        emergency=None
        if definition.faults
        else await emergency_of(record.house, record.clinic, found, names, record.now),
        medicines=await _medicines(record, found, one),
        whose=record.clinic.id.hex,
        who=record.staff_id.hex,
        standing=around.standing,
        now=record.now,
        twice=around.twice,
        tabled=bool(several.columns_of(definition)),
        came=came_to(found, request.query_params.get("of", "")),
        unkept=around.unkept,
        passers=around.passers,
        passes=around.passers.admit(record.staff_id),
    )
    return render(request, "programmes/course.html", context)


def _unbooked(definition: Definition, found: Opened, service: UUID | None) -> Sequence[Step]:
    """What is booked after sessions by itself, once the clinic names as which service."""
    return () if service or found.standing.programme.ended_at else [one for one in definition.steps if one.books]


async def _medicines(record: Record, found: Opened, one: Shown) -> Medicines | None:
    """None where the definition watches none or is not read any more, while a session goes on, and once there is none
    to come.
    """
    done = found.standing.done
    asked = asked_next(one.programme.definition, done)
    if asked is None or one.programme.definition.faults or one.programme.ended_at or one.going or not one.next:
        return None
    seen = (await seen_for(record, [asked], last_begun(done))).get(asked.id)
    return replace(seen, asks=asked.text) if seen else None


def fresh() -> str:
    """An id that no form had before."""
    return str(uuid4())


routes: list[GuardedRoute] = [
    *settings.routes,
    *card.routes,
    *passing.routes,
    *filed.routes,
    *presets.routes,
    *board.routes,
    *days.routes,
    *exports.routes,
    *several.routes,
    *observing.routes,
    *observing_offline.routes,
    *taking_off.routes,
    *own.routes,
    *summary.routes,
    *summary_own.routes,
    page(PATH, courses_page, Action.RECORD, name="courses"),
    page(PATH, begin, Action.RECORD_WRITE, ("POST",), name="begin_course"),
    page(f"{PATH}/{{course:uuid}}", course_page, Action.RECORD, name="course"),
    *writing.routes,
]
