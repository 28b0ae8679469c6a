"""Reading a plan without a network: the page that shows what a patient's own device keeps, and the worker behind it.

Both hold nothing of anybody: the plan itself is kept by the browser, sealed (`web/static/js/offline/vault.js`).
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.routing import GuardedRoute, page
from server.templates import render, web_folder

WORKER = web_folder() / "static/js/worker/plan.js"


@dataclass(frozen=True)
class OfflinePage:
    """safety/plan/offline.html"""


async def offline_page(request: Request) -> Response:
    """`GET /me/plan/offline`: the same for everybody."""
    return render(request, "safety/plan/offline.html", OfflinePage())


async def worker(request: Request) -> Response:
    """`GET /plan-worker.js`: from the root, since its pages begin at /me/plan itself."""
    return Response(WORKER.read_text(encoding="utf-8"), media_type="text/javascript")


routes: list[GuardedRoute] = [
    page("/me/plan/offline", offline_page, Action.PUBLIC, name="plan_offline"),
    page("/plan-worker.js", worker, Action.PUBLIC, name="plan_worker"),
]
