"""What was done together in the call, offered to the patient for home: never more than an offer."""

from uuid import uuid5

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
from server.journal.cbt.giving import give_task
from server.journal.homework.rules import MOOD, USUAL, Task
from server.routing import GuardedRoute, page
from server.visit.door import Knock, knock

THOUGHT = "thought"


async def offer(request: Request) -> Response:
    """`POST /staff/visit/{public_id}/homework`: 204, also where it is offered already. NotFound, Unprocessable."""
    knocked, asked = await knock(request, Action.LEAD_VISIT), (await text_fields(request)).get("exercise", "")
    if asked in {THOUGHT, MOOD.id}:
        return await _task(knocked, asked)
    tool = tool_of(asked, exercises(), sessions())
    if tool is None or knocked.viewer.staff_id is None:
        raise Unprocessable()
    card, by_id = knocked.card, knocked.viewer.staff_id

    async def work(db: AsyncSession) -> None:
        if await store.offer(db, card.clinic_id, card.patient_id, tool, by_id, knocked.now):
            entry = Entry(card.clinic_id, "calm.offered", "patient", card.patient_id, "staff", by_id, {"tool": tool})
            note(db, entry, knocked.now)

    await knocked.house.db.unit(work)
    return Response(status_code=204)


async def _task(knocked: Knock, kind: str) -> Response:
    """A thought record as homework, or a note of mood within a week: one for each visit."""
    card, by_id = knocked.card, knocked.viewer.staff_id
    assert by_id is not None, "the gate lets staff alone through"
    if kind == THOUGHT:
        task = Task(uuid5(card.id, THOUGHT), THOUGHT, "full", None, by_id, knocked.now)
    else:
        week = knocked.now.astimezone(knocked.clinic.zone).date() + USUAL
        task = Task(uuid5(card.id, MOOD.id), MOOD.id, "", week, by_id, knocked.now)
    await give_task(knocked.house, card.clinic_id, card.patient_id, task)
    return Response(status_code=204)


routes: list[GuardedRoute] = [
    page("/staff/visit/{public_id}/homework", offer, Action.LEAD_VISIT, ("POST",), name="offer_homework")
]
