"""A therapist's caseload: their own patients on one page, who needs a look first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Subject, may
from server.audit.store import note
from server.booking.led import own_clinic
from server.clinic.requests import entry_of
from server.errors import NotFound
from server.home.caseload.reading import caseload_of
from server.home.caseload.rules import QUIET_DAYS, Line, lines, quiet_of
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/caseload"


@dataclass(frozen=True)
class CaseloadPage:
    """home/caseload.html: `looks` are those with a reason, `others` everybody else; `quiet`: days without a sign."""

    looks: Sequence[Line] = field(repr=False)
    others: Sequence[Line] = field(repr=False)
    quiet: int
    choices: Sequence[int]


async def caseload_page(request: Request) -> Response:
    """`GET /staff/caseload?quiet=`: the viewer's own patients. Raises NotFound for who treats nobody."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    subject = Subject(clinic_id=clinic.id, therapist_id=viewer.staff_id)
    if viewer.staff_id is None or not may(viewer, Action.CASELOAD, subject):
        raise NotFound()
    quiet = quiet_of(request.query_params.get("quiet", ""))
    found = lines(await caseload_of(house, clinic, viewer.staff_id, now), now, timedelta(days=quiet))
    seen = entry_of(viewer, "caseload.seen", "clinic", clinic.id, {"patients": len(found)})

    async def work(db: AsyncSession) -> None:
        note(db, seen, now)

    await house.db.unit(work)
    looks = [one for one in found if one.reasons]
    context = CaseloadPage(looks, [one for one in found if not one.reasons], quiet, QUIET_DAYS)
    return render(request, "home/caseload.html", context)


routes: list[GuardedRoute] = [page(PATH, caseload_page, Action.CASELOAD, name="caseload")]
