"""What the patient of a visit works on between meetings, beside the picture: what was given and what they share of it,
talking about it, and giving the next thing, without leaving the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid5

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.requests import text_fields
from server.errors import Unprocessable
from server.journal.cbt.catalogue import tools
from server.journal.cbt.giving import give_task, read_task, talked_about
from server.journal.cbt.rules import Tool
from server.journal.cbt.staff import between
from server.journal.cbt.telling import Told
from server.journal.homework.rules import USUAL, Aim, Task
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.door import Knock, knock
from server.visit.looked import looked

MOST = 3
PATH = "/staff/visit/{public_id}/between"


@dataclass(frozen=True)
class BetweenBeside:
    """visit/parts/between_beside.html. `given`: each with what was written for it, where that is shared; `shared`: the
    newest other entries; `tools` that can be given, for `due` as it stands there at first.
    """

    id: str
    patient_id: str
    given: Sequence[tuple[Task, Aim, Told | None]] = field(repr=False)
    shared: Sequence[Told] = field(repr=False)
    tools: Sequence[Tool]
    due: date


async def between_beside(knocked: Knock) -> BetweenBeside:
    card, today = knocked.card, _today(knocked)
    found = await between(knocked.house, card.clinic_id, card.patient_id, today)
    given = [(task, tool, found.of(task)) for task, tool in found.waiting]
    done = {one.entry.id for _, _, one in given if one}
    return BetweenBeside(
        id=card.public_id,
        patient_id=str(card.patient_id),
        given=given,
        shared=[one for one in found.entries if one.entry.id not in done][:MOST],
        tools=[one for one in tools().values() if not one.within],
        due=today + USUAL,
    )


def _today(knocked: Knock) -> date:
    return knocked.now.astimezone(knocked.clinic.zone).date()


async def part(request: Request) -> Response:
    """`GET /staff/visit/{public_id}/between`: what stands beside the picture, for the page to fetch again; the audit
    has who read which entries.
    """
    knocked = await knock(request, Action.LEAD_VISIT)
    context = {"between": (shown := await between_beside(knocked))}
    entries = [one for _, _, one in shown.given if one] + list(shown.shared)
    await looked(knocked, "between", ((one.entry.id, one.entry.number, one.entry.share) for one in entries))
    return render(request, "visit/parts/between_beside.html", context, brand=knocked.brand)


async def give(request: Request) -> Response:
    """Give a tool; the same one with the same day and words again is the same. Raises Unprocessable."""
    knocked, fields = await knock(request, Action.LEAD_VISIT), await text_fields(request)
    card, by_id = knocked.card, knocked.viewer.staff_id
    assert by_id is not None, "the gate lets staff alone through"
    own = uuid5(card.id, "|".join(fields.get(name, "").strip() for name in ("tool", "due", "note")))
    task, _ = read_task(fields, own, by_id, knocked.now, _today(knocked))
    if task is None:
        raise Unprocessable()
    await give_task(knocked.house, card.clinic_id, card.patient_id, task)
    return _back(request, knocked)


async def seen(request: Request) -> Response:
    """They talked about it; again changes nothing."""
    knocked = await knock(request, Action.LEAD_VISIT)
    card, by_id = knocked.card, knocked.viewer.staff_id
    assert by_id is not None, "the gate lets staff alone through"
    await talked_about(knocked.house, card.clinic_id, card.patient_id, request.path_params["task"], by_id)
    return _back(request, knocked)


def _back(request: Request, knocked: Knock) -> Response:
    if wants_json(request):
        return JSONResponse({"kept": True})
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}#between", 303)


routes: list[GuardedRoute] = [
    page(PATH, part, Action.LEAD_VISIT, name="between_part"),
    page(PATH, give, Action.LEAD_VISIT, ("POST",), name="between_give"),
    page(f"{PATH}/{{task:uuid}}/seen", seen, Action.LEAD_VISIT, ("POST",), name="between_seen"),
]
