"""Who waits for a member of staff while they look at another page than Today: how many, and no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Role, Viewer
from server.booking.cards import bookings_named
from server.clinic import store as clinic
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.visit import store
from server.visit.help_now import HelpNow, help_now
from server.visit.needed import needed_by
from server.visit.owed import Owed, owed_here
from server.visit.risk.shown import own_call, risen_for
from server.visit.scenes import Scene, view_of

LOOK_BACK = timedelta(hours=18)


@dataclass(frozen=True)
class CamePart:
    """visit/parts/came.html: visits by the address of their page. `needs`: answers that nobody has said they saw;
    `help_now`: who waits in the line for help now; `owed`: what it still asks of the viewer.
    """

    waits: Sequence[str]
    needs: Sequence[str]
    help_now: HelpNow | None
    owed: Owed


async def came(request: Request) -> Response:
    """`GET /staff/day/came`: asked by every page of the staff; nobody counts as seen by it."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    assert viewer.clinic_id is not None, "the gate lets staff alone through"
    waits = await house.db.read(lambda db: _waiting(db, viewer, now))
    risen = await risen_for(house, viewer)
    needed = await house.db.read(lambda db: needed_by(db, viewer, now))
    mine = [one.mark for one in risen if not one.answered_by]
    others = [str(one.id) for one in needed if one.answered_at is None]
    line = await house.db.read(lambda db: _help_now(db, viewer, now))
    return render(request, "visit/parts/came.html", CamePart(waits, [*mine, *others], line, await owed_here(request)))


async def _help_now(db: AsyncSession, viewer: Viewer, now: datetime) -> HelpNow | None:
    practice = await clinic.clinic_of(db, viewer.clinic_id) if viewer.clinic_id else None
    return await help_now(db, viewer, await own_call(db, practice, viewer, now), now) if practice else None


async def _waiting(db: AsyncSession, viewer: Viewer, now: datetime) -> list[str]:
    """The pages of those who are here and wait for the viewer, or for anybody where the viewer leads nobody."""
    assert viewer.clinic_id is not None
    practice = await clinic.clinic_of(db, viewer.clinic_id)
    which = await store.open_bookings(db, viewer.clinic_id, now - LOOK_BACK)
    cards, visits = await bookings_named(db, which), await store.visits_of(db, which)
    found = []
    for booking_id in which:
        card = cards.get(booking_id)
        if practice is None or card is None or (viewer.has(Role.THERAPIST) and card.therapist_id != viewer.staff_id):
            continue
        if view_of(card, visits.get(booking_id), practice.policy, now).scene is Scene.WAITING:
            found.append(card.public_id)
    return found


routes: list[GuardedRoute] = [page("/staff/day/came", came, Action.DAY)]
