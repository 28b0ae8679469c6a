"""What the observation screen needs where there is no connection: a worker, and a calm page that names nobody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.assets import build_id
from server.clinic.requests import clinic_id_of
from server.house import house_of
from server.journal.offline import POLICY, WORKER
from server.programmes.catalogue import shipped
from server.programmes.definition import Step
from server.programmes.filed.store import own_of
from server.programmes.observing.carded import cards
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render

SCREEN = "/staff/observing"
AWAY = f"{SCREEN}/no-connection"
SCRIPT = "/observing-worker.js"
"""Above the screen: from there a worker may answer for the screen's own address too."""
KEPT = "parlour-observing"


@dataclass(frozen=True)
class AwayPage:
    """programmes/observing/no_connection.html. `cards`: what to do at once, of each event that has a card."""

    cards: Sequence[Step]


async def no_connection(request: Request) -> Response:
    """`GET /staff/observing/no-connection`: what a device shows of the screen until there is a connection again."""
    clinic_id = clinic_id_of(viewer_of(request))
    known = await house_of(request).db.read(lambda db: own_of(db, clinic_id))
    own = [each.definition for one in known.values() for each in one.versions]
    return render(request, "programmes/observing/no_connection.html", AwayPage(cards([*shipped().values(), *own])))


async def worker(request: Request) -> Response:
    """`GET /observing-worker.js`: for the screen alone; of a new build it is another one."""
    source, away = WORKER.read_text(encoding="utf-8"), f"{AWAY}?{urlencode({'lang': language_of(request)})}"
    told = f"{source}\nOURS = {json.dumps(KEPT)};\nBUILD = {json.dumps(build_id())};\nELSE = {json.dumps(away)};\n"
    return Response(told, media_type="text/javascript", headers={"content-security-policy": POLICY})


def worker_for(language: str) -> str:
    """The address of the worker that keeps the page in this language."""
    return f"{SCRIPT}?{urlencode({'lang': language})}"


routes: list[GuardedRoute] = [
    page(AWAY, no_connection, Action.PROGRAMMES, name="observing_no_connection"),
    page(SCRIPT, worker, Action.PUBLIC, name="observing_worker"),
]
