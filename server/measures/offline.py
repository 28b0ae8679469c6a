"""Answering without a connection: the page into which a patient's own device puts the questions that it keeps.

It holds nobody's words: the questions are kept by the browser, sealed (`web/static/js/offline/sealed.js`), and the
worker of the space shows this page at their address where there is no connection.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page
from server.templates import render


@dataclass(frozen=True)
class OfflinePage:
    """measures/offline.html. `whose`: the space that what is kept here is of."""

    whose: str


async def shell(request: Request) -> Response:
    """`GET /me/offline/asked`: as a device keeps it. Raises NotFound on one that others use too."""
    space = await own_space(request)
    clinic = await house_of(request).db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if not space.login.own or clinic is None:
        raise NotFound()
    return render(request, "measures/offline.html", OfflinePage(str(space.id)), brand=clinics.brand(clinic))


routes: list[GuardedRoute] = [page("/me/offline/asked", shell, Action.MINE, name="asked_offline")]
