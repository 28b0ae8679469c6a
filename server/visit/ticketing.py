"""The ticket of a socket: asked for just before every connect, good for a minute, never part of a page."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.errors import Conflict
from server.routing import GuardedRoute, page
from server.visit import store
from server.visit.acts import OPEN_STATES, current_card
from server.visit.door import Knock, knock
from server.visit.rules import Part, State, state_of
from signaling.tickets import Ticket, mint

LIFETIME = timedelta(seconds=60)
PURPOSE = "room tickets"
SHUT = frozenset({State.ENDED, State.AFTER, State.CANCELLED})


async def patient_ticket(request: Request) -> Response:
    """A ticket for who waits or is in the session. Raises Conflict before the arrival and after the end."""
    knocked = await knock(request, Action.VISIT)
    if knocked.view.state not in OPEN_STATES:
        raise Conflict()
    return await _ticket(knocked, Part.PATIENT, knocked.card.patient_id)


async def therapist_ticket(request: Request) -> Response:
    """A ticket for the therapist of this visit, also before the patient came. Raises Conflict after the end."""
    knocked = await knock(request, Action.LEAD_VISIT)
    if knocked.view.state in SHUT:
        raise Conflict()
    assert knocked.viewer.staff_id is not None, "the gate lets staff alone through"
    return await _ticket(knocked, Part.THERAPIST, knocked.viewer.staff_id)


async def _ticket(knocked: Knock, part: Part, person_id: UUID) -> Response:
    login_id = knocked.viewer.login_id if part is Part.THERAPIST else None

    async def work(db: AsyncSession) -> tuple[UUID, UUID, int]:
        card = await current_card(db, knocked.card.id)
        visit = await store.ensure(db, card)
        if state_of(card, visit, knocked.clinic.policy, knocked.now) in SHUT:
            raise Conflict()
        peer, epoch = await store.raise_epoch(db, visit.id, part, person_id, login_id)
        return visit.id, peer, epoch

    visit_id, peer, epoch = await knocked.house.db.unit(work)
    ticket = Ticket(visit_id.hex, peer.hex, part.value, epoch, knocked.now + LIFETIME)
    return JSONResponse({"ticket": mint([knocked.house.keys.secret(PURPOSE)], ticket)})


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/ticket", patient_ticket, Action.VISIT, ("POST",)),
    page("/staff/visit/{public_id}/ticket", therapist_ticket, Action.LEAD_VISIT, ("POST",)),
]
