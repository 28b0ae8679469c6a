"""Where somebody comes whose own words can mean danger: their plan, numbers, and that nobody has read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page
from server.safety.danger.catalogue import PATH
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan.catalogue import shape
from server.safety.plan.door import mine, zone_of
from server.safety.plan.keeping import plan_of
from server.safety.plan.offline import OfflinePage
from server.safety.plan.rules import Entry as Line
from server.safety.plan.rules import lines_by_step
from server.safety.rules import Entry
from server.templates import render

ENTRY = re.compile(r"/me/(?:tools|mood|letters)(?:/[a-z0-9-]{1,40}){0,3}")
LETTER = "/me/letters/"


@dataclass(frozen=True)
class SafePage:
    """safety/danger/safe.html. `lines`: step -> entries of their plan, of those steps that have some; `after`: the
    entry that was kept, '' where none is named; `letter`: it is one, and was sent.
    """

    lines: Mapping[str, list[Line]] = field(repr=False)
    entry: Entry
    today: date
    phone: str
    after: str
    letter: bool


async def safe_page(request: Request) -> Response:
    """`GET /me/safe?after=`: nothing of it is kept, and nobody is told."""
    me, house = await mine(request), house_of(request)
    plan = await plan_of(house, me.clinic.id, me.hand.patient_id)
    country = plan.choice.country or seems_to_be(request.cookies.get("tz", "")) or me.clinic.country
    found, after = lines_by_step(plan, shape()), request.query_params.get("after", "")
    context = SafePage(
        lines={step: found[step] for step in shape().order if found[step]},
        entry=await numbers_of(house, me.clinic, country),
        today=me.today,
        phone=me.clinic.phone,
        after=after if ENTRY.fullmatch(after) else "",
        letter=ENTRY.fullmatch(after) is not None and after.startswith(LETTER),
    )
    zone = zone_of(request, me.clinic)
    return render(request, "safety/danger/safe.html", context, brand=clinics.brand(me.clinic), zone=zone)


async def shell(request: Request) -> Response:
    """`GET /me/offline/safe`: as a device keeps it. Raises NotFound on one that others use too."""
    me, space = await mine(request), await own_space(request)
    if not space.login.own:
        raise NotFound()
    context = OfflinePage(str(space.id), words=True)
    return render(request, "safety/plan/offline.html", context, brand=clinics.brand(me.clinic))


routes: list[GuardedRoute] = [
    page(PATH, safe_page, Action.MINE, name="safe"),
    page("/me/offline/safe", shell, Action.MINE, name="safe_offline"),
]
