"""The patient's safety plan in a visit: beside the call for their therapist, a link for the patient while they wait."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.requests import text_fields
from server.errors import Conflict, NotFound, Unprocessable
from server.moments import Speaker
from server.patients.space.door import open_space
from server.routing import GuardedRoute, page
from server.safety.plan import keeping
from server.safety.plan.catalogue import shape
from server.safety.plan.door import told
from server.safety.plan.forms import Typed, typed_of
from server.safety.plan.keeping import Hand, plan_of
from server.safety.plan.rules import Plan, Shape
from server.templates import language_of
from server.visit.door import Knock, knock

PATH = "/staff/visit/{public_id}/plan/{step}"


@dataclass(frozen=True)
class PlanBeside:
    """The plan as the therapist of this visit has it. `hidden`: its patient keeps it to themselves."""

    id: str
    patient_id: str
    plan: Plan = field(repr=False)
    shape: Shape
    hidden: bool


async def plan_beside(knocked: Knock) -> PlanBeside:
    card = knocked.card
    plan = await plan_of(knocked.house, card.clinic_id, card.patient_id)
    return PlanBeside(card.public_id, str(card.patient_id), plan.veiled, shape(), plan.hidden)


async def has_own_space(request: Request, knocked: Knock) -> bool:
    """Whether who waits is signed in here to a space of their own, where their plan is."""
    space = await open_space(knocked.house, request)
    return space is not None and space.own == knocked.card.patient_id


async def save_step(request: Request) -> Response:
    """Keep a step; 409 with both where the patient wrote too. Raises Conflict for a plan that is hidden."""
    knocked = await knock(request, Action.LEAD_VISIT)
    step, typed = request.path_params["step"], typed_of(await text_fields(request))
    if step not in shape().order:
        raise NotFound()
    if typed is None or typed.too_long:
        raise Unprocessable()
    card = knocked.card
    hand = Hand(knocked.house, card.clinic_id, card.patient_id, knocked.viewer.staff_id, knocked.now)
    saved = await keeping.write(hand, step, typed)
    if saved is None:
        raise Conflict("hidden")
    if wants_json(request):
        return JSONResponse(*told(saved, Speaker(knocked.clinic.zone, language_of(request, knocked.brand))))
    if saved.both:  # without a script there is no page to show both on: both are kept
        await keeping.write(hand, step, Typed(saved.text, saved.number, saved.was))
    return RedirectResponse(f"/staff/visit/{card.public_id}#plan", 303)


routes: list[GuardedRoute] = [page(PATH, save_step, Action.LEAD_VISIT, ("POST",), name="save_visit_plan")]
