"""How true the ranges are: for each therapist of the clinic, tried on their own past."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.visit.estimate.rules import ENOUGH, SHARE, Tested, back_test
from server.visit.estimate.store import met_by


@dataclass(frozen=True)
class TriedOut:
    """One therapist: how many waits are known, and how the ranges would have done."""

    name: str
    known: int
    tested: Tested


@dataclass(frozen=True)
class WaitsPage:
    """visit/lead_waits.html"""

    therapists: Sequence[TriedOut]
    enough: int
    share: int


async def waits(request: Request) -> Response:
    """The back-test, made anew at every look. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now = viewer.clinic_id, house.clock()
    if clinic_id is None:
        raise NotFound()

    async def work(db: AsyncSession) -> list[TriedOut]:
        found = []
        for card in await clinics.therapists(db, clinic_id):
            met = await met_by(db, card.staff_id, now)
            found.append(TriedOut(card.name, len(met), back_test(met)))
        return found

    context = WaitsPage(await house.db.read(work), ENOUGH, round(SHARE * 100))
    return render(request, "visit/lead_waits.html", context)


routes: list[GuardedRoute] = [page("/staff/waits", waits, Action.CLINIC)]
