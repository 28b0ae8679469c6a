"""Who else waits for a therapist who looks at one visit: how many and since when, without a name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.measures import store as measures
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit import store
from server.visit.door import Knock, knock
from server.visit.risk.whose import about
from server.visit.scenes import Scene, view_of

LOOK_BACK = timedelta(hours=18)


@dataclass(frozen=True)
class Others:
    """visit/parts/others_wait.html. `since`: when the first of them came. `needs`: since when an answer of somebody
    else waits for this therapist to look at it.
    """

    count: int = 0
    since: datetime | None = None
    needs: datetime | None = None


@dataclass(frozen=True)
class OthersPart:
    """The part alone."""

    others: Others


async def others_part(request: Request) -> Response:
    """For the page to fetch again, also beside the picture."""
    knocked = await knock(request, Action.LEAD_VISIT)
    return render(request, "visit/parts/others_wait.html", OthersPart(await others_of(knocked)), brand=knocked.brand)


async def others_of(knocked: Knock) -> Others:
    """Those who are here and wait for the therapist of this visit, without its own patient."""
    card, policy, now = knocked.card, knocked.clinic.policy, knocked.now

    async def work(db: AsyncSession) -> tuple[list[datetime], datetime | None]:
        waiting = await store.waiting_for(db, card.therapist_id, now - LOOK_BACK)
        found = []
        for visit in waiting:
            theirs = await booking.booking_for_visit(db, visit.booking_id) if visit.booking_id != card.id else None
            view = view_of(theirs, visit, policy, now) if theirs else None
            if visit.arrived_at and view and view.scene is Scene.WAITING and not view.is_away:
                found.append(visit.arrived_at)
        return found, await _needs(db, card)

    came, needs = await knocked.house.db.read(work)
    return Others(len(came), min(came, default=None), needs)


async def _needs(db: AsyncSession, card: BookingCard) -> datetime | None:
    """Since when somebody else's answer waits for the therapist of this visit."""
    for raised, row in await measures.unseen(db, card.clinic_id):
        if row.patient_id == card.patient_id:
            continue
        theirs = await about(db, card.clinic_id, row)
        if theirs and card.therapist_id in theirs.therapists:
            return raised.at
    return None


routes: list[GuardedRoute] = [page("/staff/visit/{public_id}/others", others_part, Action.LEAD_VISIT)]
