"""A patient's safety plan as who treats them has it: to read where it is open to them, and to write together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action, admits
from server.answers import wants_json
from server.booking.requests import text_fields
from server.clinic.confirming.store import confirmed
from server.errors import Conflict, NotFound, Unprocessable
from server.moments import Speaker
from server.patients.rules import Person
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.safety.near import numbers_of
from server.safety.plan import keeping, store, topics
from server.safety.plan.catalogue import shape
from server.safety.plan.door import told
from server.safety.plan.forms import REVIEWS, review_of, typed_of
from server.safety.plan.keeping import Hand, Saved, plan_of
from server.safety.plan.rules import Entry as Line
from server.safety.plan.rules import Plan, Shape, as_of, lines_by_step, review_day
from server.safety.rules import Entry
from server.templates import language_of, render

PATH = "/staff/patients/{patient_id}/plan"
THEN = f"{PATH}/history/{{writing:uuid}}"


@dataclass(frozen=True)
class CarePlanPage:
    """record/plan.html. `hidden`: its patient keeps it to themselves; `both`: step -> lines of two people; `then`: an
    earlier version is shown; `awaits`: no clinician of theirs confirmed its steps.
    """

    person: Person = field(repr=False)
    base: str
    plan: Plan = field(repr=False)
    shape: Shape
    lines: Mapping[str, list[Line]] = field(repr=False)
    names: Mapping[UUID, str]
    writes: bool
    entry: Entry
    phone: str
    today: date
    review_on: date | None
    reviews: tuple[int, ...]
    hidden: bool
    both: Mapping[str, Saved] = field(repr=False)
    then: UUID | None
    awaits: bool


async def plan_page(request: Request) -> Response:
    """`GET .../plan`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    await opened.trace("record.seen", page="plan")
    return await _show(request, opened)


async def then_page(request: Request) -> Response:
    """`GET .../plan/history/{writing}`: as it stood then. Raises NotFound likewise."""
    opened, writing = await open_record(request), request.path_params["writing"]
    await opened.trace("record.seen", page="plan", writing=writing.hex)
    return await _show(request, opened, then=writing)


async def _show(
    request: Request, opened: Opened, both: Mapping[str, Saved] | None = None, then: UUID | None = None
) -> Response:
    clinic = opened.clinic
    plan = await plan_of(opened.house, clinic.id, opened.person.id)
    shown = as_of(plan.veiled, then) if then else plan.veiled
    if shown is None:
        raise NotFound()
    context = CarePlanPage(
        person=opened.person,
        base=f"{opened.base}/plan",
        plan=plan.veiled,
        shape=shape(),
        lines=lines_by_step(shown, shape()),
        names=await opened.names(),
        writes=admits(opened.viewer, Action.RECORD_WRITE),
        entry=await numbers_of(opened.house, clinic, plan.choice.country or clinic.country),
        phone=clinic.phone,
        today=opened.now.astimezone(clinic.zone).date(),
        review_on=review_day(plan.veiled.last, plan.choice, shape(), clinic.zone),
        reviews=REVIEWS,
        hidden=plan.hidden,
        both=both or {},
        then=then,
        awaits=not await opened.house.db.read(lambda db: confirmed(db, clinic.id, topics.KEY, topics.version())),
    )
    return render(request, "record/plan.html", context, status=409 if both else 200)


def hand_of(opened: Opened) -> Hand:
    return Hand(opened.house, opened.clinic.id, opened.person.id, opened.staff_id, opened.now)


async def save_step(request: Request) -> Response:
    """Keep a step; 409 with both where the patient wrote too, and Conflict for a plan that they keep to themselves."""
    opened = await open_record(request, Action.RECORD_WRITE)
    step, typed = request.path_params["step"], typed_of(await text_fields(request))
    if step not in shape().order:
        raise NotFound()
    if typed is None or typed.too_long:
        raise Unprocessable()
    saved = await keeping.write(hand_of(opened), step, typed)
    if saved is None:
        raise Conflict("hidden")
    if wants_json(request):
        return JSONResponse(*told(saved, Speaker(opened.clinic.zone, language_of(request))))
    if saved.both:
        return await _show(request, opened, {step: saved})
    return RedirectResponse(f"{opened.base}/plan?notice=kept#{step}", 303)


async def review(request: Request) -> Response:
    """They looked at it together, and say when to look again. Raises Unprocessable."""
    opened = await open_record(request, Action.RECORD_WRITE)
    value = review_of(await text_fields(request), opened.now.astimezone(opened.clinic.zone).date())
    if value is None:
        raise Unprocessable()
    if (await plan_of(opened.house, opened.clinic.id, opened.person.id)).hidden:
        raise Conflict("hidden")
    await keeping.choose(hand_of(opened), store.REVIEW, value)
    return RedirectResponse(f"{opened.base}/plan?notice=kept", 303)


async def bring_back(request: Request) -> Response:
    """Write the plan anew as it stood then. Raises NotFound, and Conflict where somebody wrote meanwhile."""
    opened = await open_record(request, Action.RECORD_WRITE)
    done = await keeping.restore(hand_of(opened), request.path_params["writing"])
    if done is None:
        raise NotFound()
    if not done:
        raise Conflict()
    return RedirectResponse(f"{opened.base}/plan?notice=kept", 303)


routes: list[GuardedRoute] = [
    page(PATH, plan_page, Action.RECORD, name="care_plan"),
    page(f"{PATH}/steps/{{step}}", save_step, Action.RECORD_WRITE, ("POST",), name="save_care_plan"),
    page(f"{PATH}/review", review, Action.RECORD_WRITE, ("POST",), name="review_care_plan"),
    page(THEN, then_page, Action.RECORD, name="care_plan_then"),
    page(f"{THEN}/bring-back", bring_back, Action.RECORD_WRITE, ("POST",), name="bring_care_plan_back"),
]
