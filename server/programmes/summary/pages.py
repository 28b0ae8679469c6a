"""The summary of a course for who else treats the patient: made, read, taken as a file, handed over, never sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.errors import NotFound, Unprocessable
from server.patients.consents.rules import Agreed
from server.patients.rules import Person
from server.programmes import store
from server.programmes.opening import PATH, Asked, course_asked
from server.programmes.summary import keeping
from server.programmes.summary.facts import Made
from server.programmes.summary.forms import Reason, given_by, parse
from server.programmes.summary.keeping import Content, agree, agreed, content, made, make, take_back
from server.programmes.topics import awaiting, key_of
from server.record.export.paper import is_there, pdf_of
from server.record.own import PDF, named
from server.routing import GuardedRoute, page
from server.templates import language_of, render

HERE = f"{PATH}/{{course:uuid}}/summary"
ONE = f"{HERE}/{{summary:uuid}}"


@dataclass(frozen=True)
class SummariesPage:
    """programmes/summaries.html. `agreed`: by which they may be made, None while nobody agrees; `once`: of the form;
    `typed`: what stands in it; `topic`: of a version that no clinician confirmed, else ''.
    """

    person: Person = field(repr=False)
    base: str
    agreed: Agreed | None
    made: Sequence[Made] = field(repr=False)
    names: Mapping[UUID, str]
    writes: bool
    once: str
    typed: Mapping[str, str] = field(repr=False)
    reasons: Mapping[str, Reason]
    topic: str


@dataclass(frozen=True)
class SummaryPage:
    """programmes/summary.html. `paper`: as it is printed, None once the agreement was taken back; `pdf`: this
    installation makes one.
    """

    person: Person = field(repr=False)
    base: str
    one: Made = field(repr=False)
    paper: Mapping[str, Any] | None = field(repr=False)
    names: Mapping[UUID, str]
    writes: bool
    pdf: bool


async def summaries_page(request: Request) -> Response:
    """`GET .../courses/{course}/summary`. Raises NotFound for who does not treat them."""
    return await _show(request, await course_asked(request), {}, {})


async def _show(
    request: Request, asked: Asked, typed: Mapping[str, str], reasons: Mapping[str, Reason], status: int = 200
) -> Response:
    record = asked.record
    await record.trace("record.seen", page="summary", course=asked.row.id.hex)
    context = SummariesPage(
        person=record.person,
        base=asked.base,
        agreed=await agreed(record.house, record.clinic.id, record.person.id),
        made=await made(record.house, asked.row),
        names=await record.names(),
        writes=admits(record.viewer, Action.RECORD_WRITE),
        once=str(uuid4()),
        typed=typed,
        reasons=reasons,
        topic=await _awaited(asked),
    )
    return render(request, "programmes/summaries.html", context, status=status)


async def _awaited(asked: Asked) -> str:
    """Where somebody confirms the version that the course follows; '' where a clinician did."""
    house, clinic_id, version_id = asked.record.house, asked.record.clinic.id, asked.row.version_id

    async def work(db: AsyncSession) -> str:
        pinned = (await store.versions(db, [version_id]))[version_id]
        return key_of(pinned.definition) if await awaiting(db, clinic_id, [pinned]) else ""

    return await house.db.read(work)


async def write(request: Request) -> Response:
    """Make one: to it; back to the page while nobody agrees or nobody is named."""
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request)
    once, wanted = read_uuid(fields.get("once", "")), parse(fields)
    if once is None:
        raise Unprocessable()
    if isinstance(wanted, dict):
        return await _show(request, asked, fields, wanted, 422)
    record = asked.record
    writer = (await record.names()).get(record.staff_id, "")
    language = language_of(request, clinics.brand(record.clinic))
    kept = await make(asked.hand(once), record.clinic, writer, wanted, language)
    return RedirectResponse(f"{asked.base}/summary/{once}" if kept else f"{asked.base}/summary", 303)


async def summary_page(request: Request) -> Response:
    """`GET .../summary/{summary}`: what it says. Raises NotFound."""
    asked, one, found = await _one(request)
    record = asked.record
    await record.trace("record.seen", page="summary", course=asked.row.id.hex, summary=one.id.hex)
    context = SummaryPage(
        person=record.person,
        base=f"{asked.base}/summary",
        one=one,
        paper=found.paper if found else None,
        names=await record.names(),
        writes=admits(record.viewer, Action.RECORD_WRITE),
        pdf=is_there(),
    )
    return render(request, "programmes/summary.html", context)


async def take(request: Request) -> Response:
    """`GET .../summary/{summary}/{way}`: `pdf` or `fhir`. Raises NotFound, also once the agreement was taken back."""
    asked, one, found = await _one(request)
    way = request.path_params["way"]
    if found is None or way not in ("pdf", "fhir") or (way == "pdf" and not is_there()):
        raise NotFound()
    await asked.record.trace("record.taken_along", page="summary", course=asked.row.id.hex, summary=one.id.hex)
    if way == "pdf":
        body = await run_in_threadpool(pdf_of, found.paper)
        return Response(body, media_type=PDF, headers=named("summary.pdf"))
    text = json.dumps(found.bundle, ensure_ascii=False, indent=1)
    return Response(text.encode(), media_type="application/fhir+json", headers=named("summary-fhir.json"))


async def hand_over(request: Request) -> Response:
    """Note that it was given to whom it is for; again is the same."""
    asked, one, _ = await _one(request, Action.RECORD_WRITE)
    await keeping.hand_over(asked.hand(one.id), one.id)
    return RedirectResponse(f"{asked.base}/summary/{one.id}?notice=handed", 303)


async def drop(request: Request) -> Response:
    """Delete one that nobody was given."""
    asked, one, _ = await _one(request, Action.RECORD_WRITE)
    await keeping.drop(asked.hand(one.id), one.id)
    return RedirectResponse(f"{asked.base}/summary", 303)


async def note_agreement(request: Request) -> Response:
    """Staff notes that somebody agreed, or that it was taken back."""
    asked, fields = await course_asked(request, Action.RECORD_WRITE), await text_fields(request)
    record, row_id, patient = asked.record, uuid4(), (asked.row.clinic_id, asked.row.patient_id)
    yes, who = fields.get("agreed") == "yes", given_by(fields)

    async def work(db: AsyncSession) -> None:
        if yes and await agree(db, row_id, patient, who.value, record.now):
            note(db, record.entry("consent.given", consent=row_id.hex, kind="treating_team", by=who.value), record.now)
        if not yes and await take_back(db, patient, ("staff", record.staff_id), record.now):
            note(db, record.entry("consent.withdrawn", kind="treating_team"), record.now)

    await record.house.db.unit(work)
    record.house.outbox.nudge()
    return RedirectResponse(f"{asked.base}/summary", 303)


async def _one(request: Request, action: Action = Action.RECORD) -> tuple[Asked, Made, Content | None]:
    asked = await course_asked(request, action)
    wanted = request.path_params["summary"]
    one = next((one for one in await made(asked.record.house, asked.row) if one.id == wanted), None)
    if one is None:
        raise NotFound()
    return asked, one, await content(asked.record.house, asked.row, wanted)


routes: list[GuardedRoute] = [
    page(HERE, summaries_page, Action.RECORD, name="course_summaries"),
    page(HERE, write, Action.RECORD_WRITE, ("POST",), name="make_course_summary"),
    page(f"{HERE}/agreement", note_agreement, Action.RECORD_WRITE, ("POST",), name="note_sharing"),
    page(ONE, summary_page, Action.RECORD, name="course_summary"),
    page(f"{ONE}/handed", hand_over, Action.RECORD_WRITE, ("POST",), name="hand_over_course_summary"),
    page(f"{ONE}/drop", drop, Action.RECORD_WRITE, ("POST",), name="drop_course_summary"),
    page(f"{ONE}/{{way}}", take, Action.RECORD, name="take_course_summary"),
]
