"""What the observation screen needs where there is no connection: a worker, and a calm page that names nobody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.assets import build_id
from server.booking.led import own_clinic
from server.house import house_of
from server.journal.offline import POLICY, WORKER
from server.programmes.card.rules import Contacts
from server.programmes.card.store import contacts_of
from server.programmes.definition import Step
from server.programmes.filed.store import as_shipped, own_of
from server.programmes.observing.carded import cards
from server.programmes.store import Pinned
from server.programmes.topics import awaiting
from server.routing import GuardedRoute, page, viewer_of
from server.safety.near import numbers_of
from server.templates import language_of, render

SCREEN = "/staff/observing"
AWAY = f"{SCREEN}/no-connection"
SCRIPT = "/observing-worker.js"
"""Above the screen: from there a worker may answer for the screen's own address too."""
KEPT = "parlour-observing"


@dataclass(frozen=True)
class AwayPage:
    """programmes/observing/no_connection.html. `cards`: what to do at once, of each event that has a card, each with
    whether a clinician stands up for a programme that says it so; `place`, `emergency`, `phone`: whom to call, as the
    card says it of `clinic`.
    """

    cards: Sequence[tuple[Step, bool]]
    clinic: str
    place: Contacts
    emergency: Sequence[str]
    phone: str


async def no_connection(request: Request) -> Response:
    """`GET /staff/observing/no-connection`: what a device shows of the screen until there is a connection again."""
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))

    async def work(db: AsyncSession) -> tuple[list[Step], list[Step], Contacts]:
        known = await own_of(db, clinic.id)
        every = [one.pinned for one in as_shipped().values()]
        every += [Pinned(each.definition, each.digest) for one in known.values() for each in one.versions]
        unsure = await awaiting(db, clinic.id, every)
        sure = cards(one.definition for one in every if one.digest not in unsure)
        return cards(one.definition for one in every), sure, await contacts_of(db, clinic.id)

    found, confirmed, place = await house.db.read(work)
    sure = {(step.id, step.card) for step in confirmed}
    numbers = await numbers_of(house, clinic, clinic.country)
    context = AwayPage(
        cards=[(step, (step.id, step.card) in sure) for step in found],
        clinic=clinic.name,
        place=place,
        emergency=[one.number for one in numbers.emergency],
        phone=clinic.phone,
    )
    return render(request, "programmes/observing/no_connection.html", context)


async def worker(request: Request) -> Response:
    """`GET /observing-worker.js`: for the screen alone; of a new build it is another one."""
    source, away = WORKER.read_text(encoding="utf-8"), f"{AWAY}?{urlencode({'lang': language_of(request)})}"
    ours = f"OURS = {json.dumps(KEPT)};\nRENEWS = true;\nBUILD = {json.dumps(build_id())};\nELSE = {json.dumps(away)};"
    return Response(f"{source}\n{ours}\n", media_type="text/javascript", headers={"content-security-policy": POLICY})


def worker_for(language: str) -> str:
    """The address of the worker that keeps the page in this language."""
    return f"{SCRIPT}?{urlencode({'lang': language})}"


routes: list[GuardedRoute] = [
    page(AWAY, no_connection, Action.PROGRAMMES, name="observing_no_connection"),
    page(SCRIPT, worker, Action.PUBLIC, name="observing_worker"),
]
