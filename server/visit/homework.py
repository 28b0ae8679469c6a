"""What was done together in the call, offered to the patient for home: never more than an offer."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.requests import text_fields
from server.calm.catalogue import exercises
from server.calm.homework import store
from server.calm.meditation.catalogue import sessions
from server.calm.together import tool_of
from server.errors import Unprocessable
from server.routing import GuardedRoute, page
from server.visit.door import knock


async def offer(request: Request) -> Response:
    """`POST /staff/visit/{public_id}/homework`: 204, also where it is offered already. NotFound, Unprocessable."""
    knocked = await knock(request, Action.LEAD_VISIT)
    tool = tool_of((await text_fields(request)).get("exercise", ""), exercises(), sessions())
    if tool is None or knocked.viewer.staff_id is None:
        raise Unprocessable()
    card, by_id = knocked.card, knocked.viewer.staff_id

    async def work(db: AsyncSession) -> None:
        if await store.offer(db, card.clinic_id, card.patient_id, tool, by_id, knocked.now):
            entry = Entry(card.clinic_id, "calm.offered", "patient", card.patient_id, "staff", by_id, {"tool": tool})
            note(db, entry, knocked.now)

    await knocked.house.db.unit(work)
    return Response(status_code=204)


routes: list[GuardedRoute] = [
    page("/staff/visit/{public_id}/homework", offer, Action.LEAD_VISIT, ("POST",), name="offer_homework")
]
