"""Lines while somebody waits: the patient writes to the clinic, the clinic answers; both read when it was read."""

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.audit.store import note
from server.errors import Conflict, TooMany, Unprocessable
from server.patients import store as patients
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.acts import audit_entry, current_card, pages_changed
from server.visit.door import Knock, knock
from server.visit.patient import page_of_visit, show, zone_of
from server.visit.rules import state_of
from server.visit.sealed import seal_words
from server.visit.store import By, ensure
from server.visit.talk import store
from server.visit.talk.forms import Typed, line_of
from server.visit.talk.rules import OPEN, may_write
from server.visit.talk.shown import Talk, talk, was_read

RETRY = 60


@dataclass(frozen=True)
class LinesPage:
    """visit/lead_lines.html and its live part, as the clinic sees them"""

    id: str
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    leads: bool
    talk: Talk


async def patient_lines(request: Request) -> Response:
    """The lines alone, for the patient's page to fetch again; fetching in sight is reading."""
    knocked = await knock(request, Action.VISIT)
    await _seen(request, knocked, By("patient", knocked.card.patient_id))
    context = await page_of_visit(request, knocked)
    return render(request, "visit/parts/lines.html", context, brand=knocked.brand, zone=context.zone)


async def patient_writes(request: Request) -> Response:
    """One line to the clinic: 303, or the page again with what was typed."""
    knocked = await knock(request, Action.VISIT)
    fields = await request.form()
    problem = await _write(knocked, line_of(fields), By("patient", knocked.card.patient_id))
    if not problem:
        return _sent(request, f"/visit/{knocked.card.public_id}#talk")
    if wants_json(request):
        raise _refusal(problem)
    if problem == "over":
        return RedirectResponse(f"/visit/{knocked.card.public_id}", 303)
    typed = str(fields.get("text", ""))
    status = 429 if problem == "too_many" else 422
    return await show(request, knocked, status, await talk(knocked, problem, typed))


async def clinic_lines(request: Request) -> Response:
    """Everything that was said with this patient while they waited, and a form for an answer."""
    knocked = await knock(request, Action.QUEUE)
    await _seen(request, knocked, By("staff", knocked.viewer.staff_id))
    by = By("staff", knocked.viewer.staff_id)

    async def work(db: AsyncSession) -> None:
        note(db, audit_entry(knocked, "visit.lines_viewed", by), knocked.now)

    await knocked.house.db.unit(work)
    return await _clinic(request, knocked, await talk(knocked))


async def clinic_lines_part(request: Request) -> Response:
    """The lines alone."""
    knocked = await knock(request, Action.QUEUE)
    await _seen(request, knocked, By("staff", knocked.viewer.staff_id))
    return await _clinic(request, knocked, await talk(knocked), "visit/parts/lines.html")


async def clinic_writes(request: Request) -> Response:
    """An answer to the patient."""
    knocked = await knock(request, Action.QUEUE)
    fields = await request.form()
    problem = await _write(knocked, line_of(fields), By("staff", knocked.viewer.staff_id))
    back = f"/staff/visit/{knocked.card.public_id}/lines"
    if not problem:
        return _sent(request, back)
    if wants_json(request):
        raise _refusal(problem)
    again = await talk(knocked, problem, str(fields.get("text", "")))
    status = {"over": 409, "too_many": 429}.get(problem, 422)
    return await _clinic(request, knocked, again, status=status)


def _sent(request: Request, back: str) -> Response:
    return Response(status_code=204) if wants_json(request) else RedirectResponse(back, 303)


async def _write(knocked: Knock, typed: object, by: By) -> str:
    """Write the line; '' when it stands, else why not."""
    if not isinstance(typed, Typed):
        return str(typed)
    card, house, now = knocked.card, knocked.house, knocked.now
    line_id = _id_of(knocked, by, typed)
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    blob = seal_words(key, card.clinic_id, "visit_lines", line_id, typed.text)
    assert blob is not None, "an empty line is refused"

    async def work(db: AsyncSession) -> str:
        current = await current_card(db, card.id)
        visit = await ensure(db, current)
        if state_of(current, visit, knocked.clinic.policy, now) not in OPEN:
            return "over"
        if not may_write(await store.written(db, visit.id, by), now):
            return "too_many"
        if await store.add(db, line_id, visit.id, by, blob, now):
            note(db, audit_entry(knocked, "visit.line", by), now)
        return ""

    problem = await house.db.unit(work)
    if not problem:
        await pages_changed(house, card)
    return problem


def _id_of(knocked: Knock, by: By, typed: Typed) -> UUID:
    """The id follows from the form and its words: the same form sent twice is one line."""
    whole = "\0".join((knocked.card.id.hex, by.kind, str(by.id), typed.once or str(knocked.now), typed.text))
    mac = hmac.digest(knocked.house.keys.secret("visit lines"), whole.encode(), "sha256")
    return UUID(bytes=mac[:16], version=4)


async def _seen(request: Request, knocked: Knock, reader: By) -> None:
    if knocked.visit is not None and "hidden" not in request.query_params:
        await was_read(knocked.house, [(knocked.card, knocked.visit)], reader)


def _refusal(problem: str) -> Exception:
    known = {"over": Conflict("over"), "too_many": TooMany(RETRY)}
    return known.get(problem, Unprocessable(problem))


async def _clinic(
    request: Request, knocked: Knock, said: Talk, template: str = "visit/lead_lines.html", status: int = 200
) -> Response:
    card = knocked.card
    found = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    person = found.get(card.patient_id)
    leads = knocked.viewer.staff_id == card.therapist_id
    context = LinesPage(card.public_id, person.name if person else "", person.first_name if person else "", leads, said)
    zone = zone_of(request, None, knocked.clinic)
    return render(request, template, context, brand=knocked.brand, status=status, zone=zone)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/lines", patient_lines, Action.VISIT),
    page("/visit/{public_id}/lines", patient_writes, Action.VISIT, ("POST",)),
    page("/staff/visit/{public_id}/lines", clinic_lines, Action.QUEUE),
    page("/staff/visit/{public_id}/lines", clinic_writes, Action.QUEUE, ("POST",)),
    page("/staff/visit/{public_id}/lines-part", clinic_lines_part, Action.QUEUE),
]
