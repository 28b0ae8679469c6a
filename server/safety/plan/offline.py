"""Reading a plan without a connection: the page that shows what a patient's own device keeps.

It holds nobody's words: the plan is kept by the browser, sealed (`web/static/js/offline/sealed.js`), and the worker of
the space shows this page where there is no connection.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import NotFound
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page
from server.safety.plan.door import mine
from server.templates import render


@dataclass(frozen=True)
class OfflinePage:
    """safety/plan/offline.html. `whose`: the space that what is kept here is of; `words`: they wrote what
    can mean danger, and come from there.
    """

    whose: str
    words: bool = False


async def shell(request: Request) -> Response:
    """`GET /me/offline/plan`: as a device keeps it. Raises NotFound on one that others use too."""
    me, space = await mine(request), await own_space(request)
    if not space.login.own:
        raise NotFound()
    return render(request, "safety/plan/offline.html", OfflinePage(str(space.id)), brand=clinics.brand(me.clinic))


routes: list[GuardedRoute] = [page("/me/offline/plan", shell, Action.MINE, name="plan_offline")]
