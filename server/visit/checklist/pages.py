"""The start of a visit: its lines answered, a place without a licence decided, the visit signed; without script too."""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.countries import country_names
from server.errors import Conflict, NotFound, Unprocessable
from server.patients import store as patients
from server.reasons import readable
from server.regions import regions
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.acts import act
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.forms import Draft, decision_of, reply_of
from server.visit.checklist.keeping import Refusal, keep_reply, sign, take_back
from server.visit.checklist.panel import Panel, panel_of
from server.visit.checklist.rules import LICENCE, How, Line
from server.visit.door import Knock, knock
from server.visit.forms import FieldReason, one_line
from server.visit.keeping import read_beside
from server.visit.lead import show
from server.visit.looked import looked
from server.visit.rules import Event, Part


async def part(request: Request) -> Response:
    """The panel alone, for the page to fetch again; the audit has who read where the patient is and what they said."""
    knocked = await knock(request, Action.LEAD_VISIT)
    panel = await _panel(knocked)
    arrived = knocked.visit.arrived_at if knocked.visit else None
    await looked(knocked, "checklist", (arrived, *((one.line.key, one.number) for one in panel.asked)))
    return render(request, "visit/parts/pieces.html", {"start": panel, "now": knocked.now}, brand=knocked.brand)


async def answer(request: Request) -> Response:
    """Answer or waive one line. Raises NotFound for a line that there is not."""
    knocked = await knock(request, Action.LEAD_VISIT)
    line = _line(request)
    draft = reply_of(line, await request.form(), country_names("en"), regions())
    return await _keep(request, knocked, line.key, draft)


async def as_said(request: Request) -> Response:
    """All that was said at the door is still right: one row each."""
    knocked = await knock(request, Action.LEAD_VISIT)
    for one in (await _panel(knocked)).still_open:
        if one.said is not None and await keep_reply(knocked, one.line.key, Draft(one.said, 0)) is Refusal.SIGNED:
            return await _refused(request, knocked, Refusal.SIGNED)
    return _done(request, knocked, "beside", 0)


async def decide(request: Request) -> Response:
    """What is done about a place without a licence. A kind end ends the visit too, whoever is in it."""
    knocked = await knock(request, Action.LEAD_VISIT)
    panel = await _panel(knocked)
    draft = decision_of(await request.form(), [How(one) for one in panel.allowed], panel.place)
    answered = await _keep(request, knocked, LICENCE, draft)
    if isinstance(draft, Draft) and draft.reply.how is How.END_KINDLY and answered.status_code < 400:
        await act(knocked, Event.END, Part.THERAPIST)
    return answered


async def sign_visit(request: Request) -> Response:
    """Sign, or name what is still open."""
    knocked = await knock(request, Action.LEAD_VISIT)
    panel = await _panel(knocked)
    held = await sign(knocked, [one.line.key for one in panel.asked], panel.deciding)
    if held is None or held == "signed":
        return _done(request, knocked, "sign", 0)
    if wants_json(request):
        raise Conflict(held.value)
    return await show(request, await knock(request, Action.LEAD_VISIT), "unsigned", 409)


async def take_signature_back(request: Request) -> Response:
    """Take the signature back, with a reason."""
    knocked = await knock(request, Action.LEAD_VISIT)
    reason = one_line((await request.form()).get("reason"), 500)[:500]
    if not readable(reason):
        return await show(request, knocked, "no_reason", 422)
    await take_back(knocked, reason)
    return _done(request, knocked, "sign", 0)


async def _keep(request: Request, knocked: Knock, line: str, draft: Draft | FieldReason) -> Response:
    if not isinstance(draft, Draft):
        if wants_json(request):
            raise Unprocessable(draft.value)
        return await show(request, knocked, f"check_{draft.value}", 422)
    written = await keep_reply(knocked, line, draft)
    if isinstance(written, Refusal):
        return await _refused(request, knocked, written)
    return _done(request, knocked, f"check-{line}", written)


async def _refused(request: Request, knocked: Knock, refusal: Refusal) -> Response:
    if wants_json(request):
        raise Conflict(refusal.value)
    return await show(request, await knock(request, Action.LEAD_VISIT), f"check_{refusal.value}", 409)


def _done(request: Request, knocked: Knock, anchor: str, number: int) -> Response:
    if wants_json(request):
        return JSONResponse({"number": number})
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}#{anchor}", 303)


def _line(request: Request) -> Line:
    key = request.path_params["line"]
    found = next((line for line in catalogue().lines if line.key == key), None)
    if found is None:
        raise NotFound()
    return found


async def _panel(knocked: Knock) -> Panel:
    card = knocked.card
    people = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    arrival, _ = await read_beside(knocked)
    return await panel_of(knocked, people.get(card.patient_id), arrival)


_BASE = "/staff/visit/{public_id}"

routes: list[GuardedRoute] = [
    page(f"{_BASE}/checklist", part, Action.LEAD_VISIT, name="checklist_part"),
    page(f"{_BASE}/check/{{line}}", answer, Action.LEAD_VISIT, ("POST",)),
    page(f"{_BASE}/as-said", as_said, Action.LEAD_VISIT, ("POST",)),
    page(f"{_BASE}/elsewhere", decide, Action.LEAD_VISIT, ("POST",)),
    page(f"{_BASE}/sign", sign_visit, Action.LEAD_VISIT, ("POST",)),
    page(f"{_BASE}/take-back", take_signature_back, Action.LEAD_VISIT, ("POST",)),
]
