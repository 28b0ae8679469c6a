"""The list of bookings that nobody will keep, by therapist, with the way to decide about each.

Whoever enters time off, a closure, holidays or hours, or closes an account, comes by here; with nothing to decide they
go straight on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.by_staff import Line, named
from server.booking.led import led_by, noted, own_clinic
from server.booking.unkept.rules import Unkept, Why
from server.booking.unkept.store import unkept
from server.clinic import store as clinics
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

BACK = re.compile(r"/staff/(clinic/[a-z0-9/-]+|team)(\?[a-z0-9=&-]+)?")
MOST_SHOWN = 200


@dataclass(frozen=True)
class Lost:
    """One therapist, and what of their bookings nobody keeps."""

    name: str
    slug: str
    lines: Sequence[tuple[Line, Unkept]] = field(repr=False)

    @property
    def goes_on(self) -> bool:
        """Whether the steps of 'away' help: another room is found booking by booking."""
        return any(one.why is not Why.ROOM for _, one in self.lines)


@dataclass(frozen=True)
class UnkeptPage:
    """The context of booking/staff_unkept.html; `back` leads to what was just kept."""

    people: Sequence[Lost]
    count: int
    back: str


async def unkept_page(request: Request) -> Response:
    """`GET /staff/bookings/unkept?back=`: 303 to `back` where somebody keeps everything."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, back = await own_clinic(house, viewer), read_back(request.query_params.get("back", ""))

    async def work(db: AsyncSession) -> tuple[list[Unkept], dict[UUID, str]]:
        found = await unkept(db, clinic.id, led_by(viewer), house.clock())
        people = await clinics.therapists(db, clinic.id, hidden=True)
        return found, {one.staff_id: one.slug for one in people}

    found, slugs = await house.db.read(work)
    if back and not _news(found, back):
        return RedirectResponse(back, 303)
    shown = sorted(found[:MOST_SHOWN], key=lambda one: (one.card.therapist_name, one.card.therapist_id))
    lines = await named(house, clinic, [one.card for one in shown])
    await noted(house, viewer, clinic, "bookings.seen", None, {"patients": len({x.card.patient_id for x in shown})})
    pairs = list(zip(lines, shown, strict=True))
    people = [
        Lost((those := list(group))[0][0].card.therapist_name, slugs.get(who, ""), those)
        for who, group in groupby(pairs, key=lambda pair: pair[0].card.therapist_id)
    ]
    return render(request, "booking/staff_unkept.html", UnkeptPage(people, len(found), back))


def read_back(text: str) -> str:
    """A page of settings of this house, and nothing else."""
    return text if BACK.fullmatch(text) else ""


def _news(found: Sequence[Unkept], back: str) -> bool:
    """Whether what was just kept may have met one. Outside of hours some lie on purpose: only changed hours ask."""
    return any(one.why is not Why.HOURS or "/hours/" in back for one in found)


routes: list[GuardedRoute] = [page("/staff/bookings/unkept", unkept_page, Action.BOOKINGS)]
