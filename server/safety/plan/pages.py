"""A patient's own safety plan: to read in a hard hour, and to write one step after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.countries import country_names
from server.errors import Conflict, NotFound, Unprocessable
from server.house import house_of
from server.moments import Speaker
from server.patients.space.door import patient_asked
from server.routing import GuardedRoute, page
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan import keeping, store
from server.safety.plan.catalogue import shape
from server.safety.plan.door import Mine, clinic_of, mine, names_of, told, zone_of
from server.safety.plan.forms import REVIEWS, Typed, review_of, typed_of
from server.safety.plan.keeping import Saved, plan_of
from server.safety.plan.rules import Entry as Line
from server.safety.plan.rules import Plan, Shape, lines_by_step, review_day
from server.safety.rules import Entry
from server.templates import language_of, render

PATH = "/me/plan"
STEP = f"{PATH}/steps/{{section}}"


@dataclass(frozen=True)
class PlanPage:
    """safety/plan/plan.html. `own`: who is signed in, not who acts for them; `lines`: step -> entries;
    `whose`: the space whose own device this is, which keeps the plan; `worker` shows it without a connection.
    """

    plan: Plan = field(repr=False)
    shape: Shape
    lines: Mapping[str, list[Line]] = field(repr=False)
    own: bool
    names: Mapping[UUID, str]
    entry: Entry
    country: str
    countries: Mapping[str, str]
    today: date
    review_on: date | None
    reviews: tuple[int, ...]
    phone: str
    whose: str
    worker: str
    now: datetime


@dataclass(frozen=True)
class StepPage:
    """safety/plan/step.html. `was`: what stood there when the page was drawn; `both`: it holds lines of two people."""

    plan: Plan = field(repr=False)
    shape: Shape
    step: str
    text: str = field(repr=False)
    was: str = field(repr=False)
    number: int
    both: bool
    too_long: bool
    entry: Entry | None
    today: date
    phone: str


async def plan_page(request: Request) -> Response:
    """`GET /me/plan?of=`: to read. Who acts for a patient reads what who treats them reads. Raises NotFound else."""
    (space, patient_id), house = await patient_asked(request), house_of(request)
    clinic = await clinic_of(request, space.clinic_id)
    plan, own = await plan_of(house, clinic.id, patient_id), patient_id == space.own
    if not own and not plan.open:
        raise NotFound()
    language = language_of(request, clinics.brand(clinic))
    country = plan.choice.country or seems_to_be(request.cookies.get("tz", "")) or clinic.country
    today = house.clock().astimezone(zone_of(request, clinic)).date()
    context = PlanPage(
        plan=plan,
        shape=shape(),
        lines=lines_by_step(plan, shape()),
        own=own,
        names=await names_of(house, clinic.id),
        entry=await numbers_of(house, clinic, country),
        country=country,
        countries=country_names(language),
        today=today,
        review_on=review_day(plan.last, plan.choice, shape(), clinic.zone),
        reviews=REVIEWS,
        phone=clinic.phone,
        whose=str(space.id) if own and space.login.own else "",
        worker=f"/me/worker.js?lang={language}",
        now=house.clock(),
    )
    return render(request, "safety/plan/plan.html", context, brand=clinics.brand(clinic), zone=zone_of(request, clinic))


async def step_page(request: Request) -> Response:
    """`GET /me/plan/steps/{section}`. Raises NotFound for what is no step."""
    me, step = await mine(request), known_step(request)
    plan = await plan_of(me.hand.house, me.clinic.id, me.hand.patient_id)
    text = plan.text(step)
    return await _show(request, me, plan, Saved(plan.number(step), me.hand.now, text, was=text))


def known_step(request: Request) -> str:
    step: str = request.path_params["section"]
    if step not in shape().order:
        raise NotFound()
    return step


async def _show(request: Request, me: Mine, plan: Plan, stands: Saved, status: int = 200) -> Response:
    step, country = known_step(request), plan.choice.country or seems_to_be(request.cookies.get("tz", ""))
    lines = step == "professionals"
    context = StepPage(
        plan=plan,
        shape=shape(),
        step=step,
        text=stands.text,
        was=stands.was,
        number=stands.number,
        both=stands.both,
        too_long=status == 422,
        entry=await numbers_of(me.hand.house, me.clinic, country or me.clinic.country) if lines else None,
        today=me.today,
        phone=me.clinic.phone,
    )
    return render(request, "safety/plan/step.html", context, status=status, brand=clinics.brand(me.clinic))


async def save_step(request: Request) -> Response:
    """Keep a step: 303 to the next or to the plan, JSON for a script; 409 with both where somebody else wrote too."""
    me, step, fields = await mine(request), known_step(request), await text_fields(request)
    typed = typed_of(fields)
    if typed is None:
        raise Unprocessable()
    if typed.too_long:
        return await _too_long(request, me, typed)
    saved = await keeping.write(me.hand, step, typed)
    assert saved, "nothing is hidden from who keeps it"
    if wants_json(request):
        say = Speaker(zone_of(request, me.clinic), language_of(request, clinics.brand(me.clinic)))
        return JSONResponse(*told(saved, say))
    if saved.both:
        plan = await plan_of(me.hand.house, me.clinic.id, me.hand.patient_id)
        return await _show(request, me, plan, saved, 409)
    follows = shape().after(step) if fields.get("then") == "next" else None
    return RedirectResponse(f"{PATH}/steps/{follows}" if follows else f"{PATH}?notice=kept", 303)


async def _too_long(request: Request, me: Mine, typed: Typed) -> Response:
    if wants_json(request):
        raise Unprocessable()
    plan = await plan_of(me.hand.house, me.clinic.id, me.hand.patient_id)
    return await _show(request, me, plan, Saved(typed.over, me.hand.now, typed.text, was=typed.was), 422)


async def share(request: Request) -> Response:
    """Let who treats them read it, or no more."""
    me, fields = await mine(request), await text_fields(request)
    await keeping.choose(me.hand, store.SHARED, "yes" if fields.get("shared") == "yes" else "no")
    return RedirectResponse(f"{PATH}?notice=chosen#who", 303)


async def review(request: Request) -> Response:
    """They looked at it, and say when to look again. Raises Unprocessable."""
    me = await mine(request)
    value = review_of(await text_fields(request), me.today)
    if value is None:
        raise Unprocessable()
    await keeping.choose(me.hand, store.REVIEW, value)
    return RedirectResponse(f"{PATH}?notice=reviewed", 303)


async def country(request: Request) -> Response:
    """For which country its numbers are. Raises Unprocessable for what is none."""
    me, fields = await mine(request), await text_fields(request)
    if fields.get("country", "") not in country_names("en"):
        raise Unprocessable()
    await keeping.choose(me.hand, store.COUNTRY, fields["country"])
    return RedirectResponse(f"{PATH}#professionals", 303)


async def forget(request: Request) -> Response:
    """Delete it for good; again changes nothing. Raises Conflict for one that was made together."""
    me = await mine(request)
    if not await keeping.forget(me.hand):
        raise Conflict()
    return RedirectResponse(f"{PATH}?notice=forgotten", 303)


routes: list[GuardedRoute] = [
    page(PATH, plan_page, Action.MINE, name="plan"),
    page(STEP, step_page, Action.MINE, name="plan_step"),
    page(STEP, save_step, Action.MINE, ("POST",), name="save_plan_step"),
    page(f"{PATH}/share", share, Action.MINE, ("POST",), name="share_plan"),
    page(f"{PATH}/review", review, Action.MINE, ("POST",), name="review_plan"),
    page(f"{PATH}/country", country, Action.MINE, ("POST",), name="plan_country"),
    page(f"{PATH}/forget", forget, Action.MINE, ("POST",), name="forget_plan"),
]
