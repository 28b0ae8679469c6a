"""The observation screen: everybody who is observed now, side by side, and each reading as it is taken.

A reading comes with an id that its device made, and with how long ago it was taken. It is kept once by its id, so that
a device sends it again until it hears that it is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from server.access import Action, Subject, Viewer, admits, may
from server.accounts.team.store import team
from server.answers import wants_json
from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.led import own_clinic
from server.booking.people.relating import treated_by
from server.booking.requests import text_fields
from server.clinic.rules import Clinic
from server.errors import NotFound, Unprocessable
from server.house import House, house_of
from server.patients import store as patients
from server.programmes.answering import Answered, Reason, parse
from server.programmes.baseline import counted
from server.programmes.definition import Kind, Step
from server.programmes.keeping import Opened, opened
from server.programmes.observing.carded import Carded, carded
from server.programmes.observing.keeping import keep
from server.programmes.observing.offline import SCREEN, worker_for
from server.programmes.observing.rules import ago, session_at
from server.programmes.observing.shown import Observed, Whose, comes_to, observed, taps
from server.programmes.observing.store import Call, begun, calls
from server.programmes.observing.unkept import store as unkept
from server.programmes.observing.unkept.rules import Held, Never, never_of, told_of
from server.programmes.opening import PATH, Asked, course_asked
from server.programmes.pressures import upper_of
from server.programmes.store import Row
from server.programmes.times.rules import AFTERWARDS, LONGEST
from server.programmes.times.topics import is_sure
from server.programmes.topics import is_confirmed, key_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render

ONE = f"{PATH}/{{course:uuid}}/observing"


@dataclass(frozen=True)
class Mend:
    """A form of one course that was not kept: of which step, what was typed, and why not."""

    course_id: UUID
    step: str
    form: Mapping[str, str] = field(repr=False)
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class ObservingPage:
    """programmes/observing/page.html. `carded`: who is in a session that has a card for an emergency; `whose`: the
    clinic, `who`: the member of staff, for what a device keeps sealed until it is sent; `worker`: what shows a calm
    page without a connection; `known`: the courses of which a session goes on, for the page to hear of others;
    `proposes`: nobody confirmed its times; `ids()`: a fresh id for each form.
    """

    observed: Sequence[Observed] = field(repr=False)
    carded: Sequence[Carded] = field(repr=False)
    clinic_id: UUID
    whose: str
    who: str
    worker: str
    known: str
    writes: bool
    proposes: bool
    now: datetime
    mend: Mend | None
    ids: Callable[[], str]
    taps: Callable[..., Sequence[int]] = taps
    comes_to: Callable[..., str] = comes_to
    upper_of: Callable[..., str] = upper_of


@dataclass(frozen=True)
class ObservedPart:
    """programmes/observing/now.html: one patient, as the screen fetches them again; None: it has ended."""

    one: Observed | None


@dataclass(frozen=True)
class CardedPart:
    """programmes/observing/carded_now.html: one patient whose session has a card; None: it has ended."""

    one: Carded | None
    writes: bool


async def screen(request: Request) -> Response:
    """`GET /staff/observing`. Raises NotFound."""
    return await _show(request)


async def _show(request: Request, mend: Mend | None = None, status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    if not may(viewer, Action.PROGRAMMES, Subject(clinic_id=clinic.id)):
        raise NotFound()

    rows = await _begun(house, clinic, viewer, now)
    found, with_card = await _all(house, clinic, rows, now)
    seen = [
        Trace(clinic.id, "record.seen", "patient", patient_id, "staff", viewer.staff_id, {"page": "observing"})
        for patient_id in dict.fromkeys([*(one.patient_id for one in found), *(one.patient_id for one in with_card)])
    ]

    async def trace(db: AsyncSession) -> None:
        for one in seen:
            note(db, one, now)

    await house.db.unit(trace)
    context = ObservingPage(
        observed=found,
        carded=with_card,
        clinic_id=clinic.id,
        whose=clinic.id.hex,
        who=viewer.staff_id.hex if viewer.staff_id else "",
        worker=worker_for(language_of(request)),
        known=_known(rows),
        writes=admits(viewer, Action.RECORD_WRITE),
        proposes=not await house.db.read(lambda db: is_sure(db, clinic.id)),
        now=now,
        mend=mend,
        ids=lambda: str(uuid4()),
    )
    return render(request, "programmes/observing/page.html", context, status=status)


async def _begun(house: House, clinic: Clinic, viewer: Viewer, now: datetime) -> list[Row]:
    """Courses of whom they treat with a session that goes on, or with a card that was pressed."""

    async def work(db: AsyncSession) -> list[Row]:
        return await begun(db, clinic.id, await treated_by(db, viewer, clinic.id, now), now - AFTERWARDS)

    return await house.db.read(work)


def _known(rows: Sequence[Row]) -> str:
    return " ".join(sorted(str(row.id) for row in rows))


async def who(request: Request) -> Response:
    """`GET /staff/observing/who`: the ids of the courses of which the screen could show a session now, and nothing of
    whom they are. Raises NotFound.
    """
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    if not may(viewer, Action.PROGRAMMES, Subject(clinic_id=clinic.id)):
        raise NotFound()
    return PlainTextResponse(_known(await _begun(house, clinic, viewer, house.clock())))


async def _all(house: House, clinic: Clinic, rows: Sequence[Row], now: datetime) -> tuple[list[Observed], list[Carded]]:
    """Those of these courses that are observed, and those that have a card, each in the order in which they began, so
    that nobody moves on the page.
    """
    names = await patients.names(house.db, house.keys, clinic.id, {row.patient_id for row in rows})
    both = [await _one(house, clinic, row, names[row.patient_id], now) for row in rows if row.patient_id in names]
    found = sorted((one for one, _ in both if one), key=lambda one: (one.watch.began, one.course_id))
    return found, sorted((one for _, one in both if one), key=lambda one: (one.began, one.course_id))


async def _one(
    house: House, clinic: Clinic, row: Row, name: str, now: datetime
) -> tuple[Observed | None, Carded | None]:
    one = await opened(house, row, clinic.zone, now)
    pinned = one.standing.loaded.pinned
    if pinned.definition.faults:
        return None, None

    async def load(db: AsyncSession) -> tuple[bool, Mapping[UUID, str]]:
        sure = await is_confirmed(db, clinic.id, pinned.definition, pinned.digest)
        return sure, {each.id: each.name for each in await team(db, clinic.id)}

    sure, names = await house.db.read(load)
    whose = Whose(name, not sure, key_of(pinned.definition))
    found, card = observed(one, whose, now), await carded(house, clinic, one, whose, names, now)
    told = await _calls(house, one, names) if found or card else []
    return replace(found, calls=told) if found else None, replace(card, calls=told) if card else None


async def _calls(house: House, one: Opened, names: Mapping[UUID, str]) -> list[tuple[Call, str]]:
    """Whom a red reading or a press of the latest session called, and who looks after it."""
    session = max(one.standing.done.begun)
    ids = [kept.id for kept in one.standing.loaded.entries if kept.entry.key.session == session]
    found = await house.db.read(lambda db: calls(db, ids, one.standing.loaded.row.id))
    return [(each, names.get(each.by, "") if each.by else "") for each in found]


async def part(request: Request) -> Response:
    """`GET .../observing`: the part that stays true; X-Scene says when the session is over. Raises NotFound. The page
    that it is of left its trace.
    """
    asked = await course_asked(request)
    record = asked.record
    one, _ = await _one(record.house, record.clinic, asked.row, record.person.name, record.now)
    answer = render(request, "programmes/observing/now.html", ObservedPart(one))
    return _told(answer, one is not None, record.now)


async def carded_part(request: Request) -> Response:
    """`GET .../observing/card`: the same of a session that has a card for an emergency. Raises NotFound."""
    asked = await course_asked(request)
    record = asked.record
    _, one = await _one(record.house, record.clinic, asked.row, record.person.name, record.now)
    context = CardedPart(one, admits(record.viewer, Action.RECORD_WRITE))
    answer = render(request, "programmes/observing/carded_now.html", context)
    return _told(answer, one is not None, record.now)


def _told(answer: Response, goes_on: bool, now: datetime) -> Response:
    """With whether the session goes on, and what the clinic's clock says: of a device that slept it stood still."""
    answer.headers["x-scene"] = "on" if goes_on else "over"
    answer.headers["x-now"] = str(round(now.timestamp() * 1000))
    return answer


async def take(request: Request) -> Response:
    """`POST .../observing/{step}`: a reading, or what happened. 303, or 201 for a device; 422 with what to mend, or for
    a device with `never`: why it will be kept at no later time either, and what can be done of it.
    """
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request)
    record, once = asked.record, read_uuid(fields.get("once", ""))
    told = ago(fields.get("ago", ""))
    if once is None:
        raise Unprocessable()
    one = await opened(record.house, asked.row, record.clinic.zone, record.now)
    at = record.now - (told or timedelta())
    if one.standing.programme.definition.faults:
        return await _never(request, asked, one, Held(once, at, fields), Never.UNREAD)
    step = _step(one, request.path_params["step"], at)
    if told is None:
        return await _mend(request, Mend(asked.row.id, step.id, fields, {}))
    if told > LONGEST:
        return await _never(request, asked, one, Held(once, at, fields), Never.OLD)
    answered = parse(step, {**fields, "at": "", "day": ""}, record.now, record.clinic.zone, record.clinic.country)
    if not isinstance(answered, Answered):
        return await _mend(request, Mend(asked.row.id, step.id, fields, answered))
    refused = await keep(asked.hand(once), step, at, answered.answers)
    if refused:
        return await _never(request, asked, one, Held(once, at, fields), never_of(refused))
    if wants_json(request):
        return JSONResponse({"kept": True}, 201)
    return RedirectResponse(f"{asked.base}#emergency" if step.card else f"{SCREEN}#c-{asked.row.id}", 303)


def _step(one: Opened, name: str, at: datetime) -> Step:
    """As it is asked in the session of that moment. Raises NotFound for what is neither a reading nor an event."""
    step = one.standing.programme.definition.by_id.get(name)
    if step is None or step.kind not in (Kind.CLOCK, Kind.EVENT):
        raise NotFound()
    return counted(one, step, session_at(one.standing.done, at))


async def _never(request: Request, asked: Asked, one: Opened, held: Held, never: Never) -> Response:
    """What a device can do with it. 201 where it stands in the course all the same: somebody wrote it in by hand under
    its id, or took it off a device.
    """
    name = request.path_params["step"]
    if not wants_json(request):
        return await _mend(request, Mend(asked.row.id, name, held.fields, {}))
    if never is not Never.KNOWN and await asked.record.house.db.read(
        lambda db: unkept.is_there(db, asked.row.id, held.once)
    ):
        return JSONResponse({"kept": True}, 201)
    told = told_of(one, name, held, never, asked.record.now)
    return JSONResponse({"reasons": [], "name": asked.record.person.name, "base": asked.base} | told, 422)


async def _mend(request: Request, mend: Mend) -> Response:
    if wants_json(request):
        return JSONResponse({"reasons": sorted(mend.reasons)}, 422)
    return await _show(request, mend, 422)


routes: list[GuardedRoute] = [
    page(SCREEN, screen, Action.PROGRAMMES, name="observing"),
    page(f"{SCREEN}/who", who, Action.PROGRAMMES, name="observing_who"),
    page(ONE, part, Action.RECORD, name="observed"),
    page(f"{ONE}/card", carded_part, Action.RECORD, name="carded"),
    page(f"{ONE}/{{step}}", take, Action.RECORD_WRITE, ("POST",), name="take_reading"),
]
