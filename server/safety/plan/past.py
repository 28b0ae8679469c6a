"""How a patient's safety plan came to be: every version, readable, and the way back to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import Conflict, NotFound
from server.routing import GuardedRoute, page
from server.safety.plan import keeping
from server.safety.plan.catalogue import shape
from server.safety.plan.door import mine, names_of
from server.safety.plan.keeping import plan_of
from server.safety.plan.pages import PATH
from server.safety.plan.rules import Entry as Line
from server.safety.plan.rules import Plan, Shape, Writing, as_of, lines_by_step
from server.templates import render

HISTORY = f"{PATH}/history"
ONE = f"{HISTORY}/{{writing:uuid}}"


@dataclass(frozen=True)
class HistoryPage:
    """safety/plan/history.html: the writings, the newest first."""

    writings: Sequence[Writing] = field(repr=False)
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class ThenPage:
    """safety/plan/then.html: the plan as it stood when `writing` was made."""

    plan: Plan = field(repr=False)
    shape: Shape
    lines: Mapping[str, list[Line]] = field(repr=False)
    writing: Writing = field(repr=False)
    names: Mapping[UUID, str]
    now: bool


async def history_page(request: Request) -> Response:
    """`GET /me/plan/history`."""
    me = await mine(request)
    plan = await plan_of(me.hand.house, me.clinic.id, me.hand.patient_id)
    context = HistoryPage(plan.writings[::-1], await names_of(me.hand.house, me.clinic.id))
    return render(request, "safety/plan/history.html", context, brand=clinics.brand(me.clinic))


async def then_page(request: Request) -> Response:
    """`GET /me/plan/history/{writing}`. Raises NotFound."""
    me = await mine(request)
    plan = await plan_of(me.hand.house, me.clinic.id, me.hand.patient_id)
    context = then_of(plan, request.path_params["writing"], await names_of(me.hand.house, me.clinic.id))
    return render(request, "safety/plan/then.html", context, brand=clinics.brand(me.clinic))


def then_of(plan: Plan, writing_id: UUID, names: Mapping[UUID, str]) -> ThenPage:
    """What stood in the plan when this was written. Raises NotFound."""
    then = as_of(plan, writing_id)
    if then is None:
        raise NotFound()
    now = all(plan.text(step) == then.text(step) for step in shape().order)
    return ThenPage(then, shape(), lines_by_step(then, shape()), then.writings[-1], names, now)


async def bring_back(request: Request) -> Response:
    """Write the plan anew as it stood then. Raises NotFound, and Conflict where somebody wrote meanwhile."""
    me = await mine(request)
    done = await keeping.restore(me.hand, request.path_params["writing"])
    if done is None:
        raise NotFound()
    if not done:
        raise Conflict()
    return RedirectResponse(f"{PATH}?notice=back", 303)


routes: list[GuardedRoute] = [
    page(HISTORY, history_page, Action.MINE, name="plan_history"),
    page(ONE, then_page, Action.MINE, name="plan_then"),
    page(f"{ONE}/bring-back", bring_back, Action.MINE, ("POST",), name="bring_plan_back"),
]
