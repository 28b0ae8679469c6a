"""'Did not come': said on the day page by the therapist or the front desk, and taken back there."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.routing import GuardedRoute, page
from server.visit import store
from server.visit.acts import act
from server.visit.door import Knock, knock
from server.visit.rules import Event, Moved, Outcome, Part, VisitFacts


async def missed(request: Request) -> Response:
    """`POST /staff/day/{public_id}/missed`: nobody came. Again is the same; who came meanwhile stays."""
    return await _note(request, Event.MISS, Outcome.NO_SHOW)


async def not_missed(request: Request) -> Response:
    """`POST /staff/day/{public_id}/not-missed`: that was a slip."""
    return await _note(request, Event.UNMISS, None)


async def _note(request: Request, event: Event, outcome: Outcome | None) -> Response:
    knocked = await knock(request, Action.DAY)

    async def keep(db: AsyncSession, visit: VisitFacts) -> None:
        await store.set_outcome(db, visit.id, outcome)

    done = await act(knocked, event, _part(knocked), also=keep)
    notice = "" if isinstance(done.outcome, Moved) else "?notice=moved-on"
    return RedirectResponse(f"/staff{notice}", 303)


def _part(knocked: Knock) -> Part:
    return Part.THERAPIST if knocked.viewer.staff_id == knocked.card.therapist_id else Part.FRONT_DESK


routes: list[GuardedRoute] = [
    page("/staff/day/{public_id}/missed", missed, Action.DAY, ("POST",)),
    page("/staff/day/{public_id}/not-missed", not_missed, Action.DAY, ("POST",)),
]
