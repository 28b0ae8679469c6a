"""Exercises without a connection, on a device of somebody's own: their pages, which say nothing of anybody."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.assets import build_id
from server.calm.catalogue import exercises
from server.calm.meditation.catalogue import sessions
from server.calm.requests import calm_of
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.journal.offline import POLICY, WORKER
from server.routing import GuardedRoute, page
from server.templates import language_of

SCRIPT = "/calm-worker.js"
"""Above the exercises of every clinic: the page that asks for it says whose it is about."""
KEPT = "parlour-calm"


def worker_for(clinic: Clinic, language: str) -> str:
    """The address of the worker that keeps the exercises of this clinic in this language."""
    return f"{SCRIPT}?{urlencode({'clinic': clinic.slug, 'lang': language})}"


async def worker(request: Request) -> Response:
    """`GET /calm-worker.js?clinic=`: for its exercises alone. Raises NotFound."""
    slug, lang = request.query_params.get("clinic", ""), language_of(request)
    clinic = await house_of(request).db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None:
        raise NotFound()
    pages = pages_of(clinic, lang)
    told = {"OURS": KEPT, "BUILD": build_id(), "PAGES": pages, "ELSE": pages[calm_of(clinic)]}
    lines = [WORKER.read_text(encoding="utf-8"), *(f"{name} = {json.dumps(said)};" for name, said in told.items())]
    return Response("\n".join(lines), media_type="text/javascript", headers={"content-security-policy": POLICY})


def pages_of(clinic: Clinic, language: str) -> Mapping[str, str]:
    """Page -> what is kept of it: itself, in this language."""
    here = calm_of(clinic)
    paths = [here, *(f"{here}/{one}" for one in exercises()), *(f"{here}/sit/{one}" for one in sessions())]
    return {path: f"{path}?{urlencode({'lang': language})}" for path in paths}


routes: list[GuardedRoute] = [page(SCRIPT, worker, Action.PUBLIC, name="calm_worker")]
