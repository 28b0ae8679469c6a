"""What a device of a patient's own needs where there is no connection: a worker, pages without anybody's words, and
whether the device is signed in still. A device that others use too gets none of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.assets import build_id, static, web_folder
from server.clinic import store as clinics
from server.errors import NotFound
from server.house import house_of
from server.journal.cbt.catalogue import tools
from server.journal.cbt.rules import Tool
from server.journal.door import mine_of
from server.middleware.login import cookie_name
from server.patients.space import store as spaces
from server.patients.space.door import COOKIE, own_space
from server.routing import GuardedRoute, page
from server.templates import language_of, render

WORKER = web_folder() / "static/js/worker/own.js"
ASKED = {"/me/asked/": "asked", "/me/offline/asked": "asked"}
SHELLS: Mapping[str, str] = {
    "/me/help": "help",
    "/me/mood": "mood",
    "/me/plan": "plan",
    "/me/safe": "safe",
    **ASKED,
} | {f"/me/tools/{one.id}/new": f"tools/{one.id}" for one in tools().values() if one.offline}
"""Pages that open without a connection, or what all those below an address begin with -> what is kept of each, below
/me/offline/, with nobody's words.
"""
HERE = "/me"
"""The space itself: it opens as what is shown of every other page, though sooner, where the network hangs."""
NONE = "/me/offline/none"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class NoConnectionPage:
    """journal/no_connection.html. `tools`: those that open without a connection."""

    tools: Sequence[Tool]


async def no_connection(request: Request) -> Response:
    """`GET /me/offline/none`: what a device keeps of every other page. Raises NotFound on one that others use too."""
    mine = await mine_of(request)
    if not mine.space.login.own:
        raise NotFound()
    context = NoConnectionPage([one for one in tools().values() if one.offline])
    return render(request, "journal/no_connection.html", context, brand=mine.brand, zone=mine.zone)


def worker_for(language: str) -> str:
    """The address of the worker that keeps pages in this language."""
    return f"/me/worker.js?{urlencode({'lang': language})}"


async def worker(request: Request) -> Response:
    """`GET /me/worker.js`: for /me and the pages below it, which it has to say, since a browser would give it those
    below alone; of a new build it is another one.
    """
    lang = language_of(request)
    rest = f"{NONE}?{urlencode({'lang': lang})}"
    pages = {path: f"/me/offline/{kept}?{urlencode({'lang': lang})}" for path, kept in SHELLS.items()}
    pages[HERE] = rest
    source = WORKER.read_text(encoding="utf-8")
    told = f"{source}\nBUILD = {json.dumps(build_id())};\nPAGES = {json.dumps(pages)};\nELSE = {json.dumps(rest)};\n"
    headers = {"content-security-policy": POLICY, "service-worker-allowed": HERE}
    return Response(told, media_type="text/javascript", headers=headers)


async def manifest(request: Request) -> Response:
    """`GET /me/app.webmanifest`: by which a browser offers to put it among its apps, under the clinic's own name."""
    space = await own_space(request)
    clinic = await house_of(request).db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise NotFound()
    mark = {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    told = {"id": HERE, "name": clinics.brand(clinic).title, "start_url": f"{HERE}/", "scope": HERE, "icons": [mark]}
    looks = {"display": "standalone", "background_color": "#f0f0e9", "theme_color": "#f0f0e9"}
    return JSONResponse(told | looks, media_type="application/manifest+json")


async def start(request: Request) -> Response:
    """`GET /me/`: where the app starts, so that the worker answers where there is no connection; it leads home."""
    return RedirectResponse(HERE, 303)


async def standing(request: Request) -> Response:
    """`GET /me/standing`: whether this device was signed out, from here or from another one; one that merely lapsed was
    not, and keeps what waits until its owner comes in again.
    """
    house = house_of(request)
    token = request.cookies.get(cookie_name(COOKIE, house.settings.https), "")
    found = await house.db.read(partial(spaces.by_token, token=token)) if token else None
    return JSONResponse({"ended": found is not None and found[0].ended_at is not None})


routes: list[GuardedRoute] = [
    page(NONE, no_connection, Action.MINE, name="no_connection"),
    page("/me/worker.js", worker, Action.PUBLIC, name="own_worker"),
    page("/me/app.webmanifest", manifest, Action.SPACE, name="own_manifest"),
    page("/me/", start, Action.PUBLIC, name="own_start"),
    page("/me/standing", standing, Action.PUBLIC, name="own_standing"),
]
