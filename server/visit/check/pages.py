"""The check before: its page, the offer to our own peer, and what it found, kept with the visit.

Nothing of this passes through a room: who waits may send no signals there (PROTOCOL.md), and a check has no other
person in it. The offer is one POST by whoever holds the booking's link, answered by the answer.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.errors import Conflict, TooLarge, TooMany, Unavailable, Unprocessable
from server.house import NoEcho
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit import store as visits
from server.visit.acts import by_of, current_card, pages_changed
from server.visit.check import store
from server.visit.check.forms import Trouble, figures_of, offer_of
from server.visit.check.rules import Kept, verdict
from server.visit.door import Knock, knock
from server.visit.patient import VisitPage, page_of_visit
from server.visit.rules import Part
from server.visit.scenes import Scene, Step

PAUSE_SECONDS = 30
REFUSALS = {NoEcho.BUSY: TooMany(PAUSE_SECONDS), NoEcho.UNFIT: Unprocessable(), NoEcho.LOST: Unavailable()}


@dataclass(frozen=True)
class CheckPage:
    """`kept`: the last check of this visit."""

    visit: VisitPage
    can_arrive: bool
    waits: bool
    kept: Kept | None


async def check(request: Request) -> Response:
    """The check of camera, sound and network; nothing here is needed to come in."""
    knocked = await knock(request, Action.VISIT)
    if not knocked.view.has(Part.PATIENT, Step.CHECK):
        return RedirectResponse(f"/visit/{knocked.card.public_id}", 303)
    return await _show(request, knocked, "visit/check.html")


async def network(request: Request) -> Response:
    """Where the browser may try the clinic's relay; the list is empty where there is none.

    These credentials are given before admission, which the call's own never are, because the question is whether this
    person's network lets a relayed call through, and no answer of the server's can say that. So they are of their own
    kind: minted on request for a check, for the holder of a link whose visit may be checked, named after the check
    (the relay's quota of one user holds for it), and good for beginning something for 75 seconds.
    """
    knocked = await _may_check(request)
    return JSONResponse({"ice_servers": knocked.house.echo.relays(knocked.card.id.hex)})


async def offer(request: Request) -> Response:
    """The answer of our own peer. Raises TooMany when all its places are taken, Unavailable when there is no peer."""
    knocked = await _may_check(request)
    sdp = offer_of(await request.body())
    if isinstance(sdp, Trouble):
        raise _trouble(sdp)
    answer = await knocked.house.echo.answer(knocked.card.id.hex, sdp)
    if isinstance(answer, NoEcho):
        raise REFUSALS[answer]
    return JSONResponse({"sdp": answer})


async def result(request: Request) -> Response:
    """Keep what was measured, and say it in words: the part of the page that the check ends with."""
    knocked = await _may_check(request)
    figures = figures_of(await request.body())
    if isinstance(figures, Trouble):
        raise _trouble(figures)
    by, found = by_of(knocked, Part.PATIENT), verdict(figures)

    async def work(db: AsyncSession) -> None:
        visit = await visits.ensure(db, await current_card(db, knocked.card.id))
        await store.keep(db, visit.id, figures, found, by, knocked.now)

    await knocked.house.db.unit(work)
    await pages_changed(knocked.house, knocked.card)
    return await _show(request, await knock(request, Action.VISIT), "visit/parts/check_verdict.html")


async def _may_check(request: Request) -> Knock:
    """Raises NotFound for who does not hold the link, Conflict where nothing is left to check for."""
    knocked = await knock(request, Action.VISIT)
    if not knocked.view.has(Part.PATIENT, Step.CHECK):
        raise Conflict()
    return knocked


def _trouble(trouble: Trouble) -> Exception:
    return TooLarge() if trouble is Trouble.TOO_LONG else Unprocessable()


async def _show(request: Request, knocked: Knock, template: str) -> Response:
    context = CheckPage(
        visit=await page_of_visit(request, knocked),
        can_arrive=knocked.view.scene is Scene.OPEN,
        waits=knocked.view.scene is Scene.WAITING,
        kept=await last_check(knocked),
    )
    return render(request, template, context, brand=knocked.brand, zone=context.visit.zone)


async def last_check(knocked: Knock) -> Kept | None:
    """The newest check of this visit."""
    if knocked.visit is None:
        return None
    visit_id = knocked.visit.id
    return (await knocked.house.db.read(lambda db: store.last_of(db, [visit_id]))).get(visit_id)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/check", check, Action.VISIT),
    page("/visit/{public_id}/check/network", network, Action.VISIT, ("POST",), name="check_network"),
    page("/visit/{public_id}/check/offer", offer, Action.VISIT, ("POST",), name="check_offer"),
    page("/visit/{public_id}/check/result", result, Action.VISIT, ("POST",), name="check_result"),
]
