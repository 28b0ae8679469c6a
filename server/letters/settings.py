"""What a clinic promises about letters, and what each therapist does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.team.rules import Person
from server.audit.store import note
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.house import house_of
from server.letters import promises
from server.letters.forms import days_of, read_id
from server.letters.people import Team, team_of
from server.letters.rules import FEWEST_DAYS, MOST_DAYS, Promise
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/clinic/letters"


@dataclass(frozen=True)
class PromisePage:
    """letters/settings.html. `paces`: therapist -> days of their own; `problem` is a code."""

    promise: Promise
    therapists: Sequence[Person]
    paces: Mapping[UUID, int]
    problem: str = ""
    fewest: int = FEWEST_DAYS
    most: int = MOST_DAYS


async def promise_page(request: Request) -> Response:
    """`GET /staff/clinic/letters`."""
    return await _show(request)


async def change(request: Request) -> Response:
    """Keep the promise; 422 for days that cannot be promised, 409 when somebody else was faster."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, days, number = clinic_id_of(viewer), days_of(fields), fields["number"]
    if days is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        return await _show(request, "days", 422)
    said = Promise(fields["is_open"] == "yes", days, fields["receipts"] == "yes", int(number))

    async def work(db: AsyncSession) -> bool:
        if not await promises.promise(db, clinic_id, said, viewer.staff_id, house.clock()):
            return False
        detail = {"open": said.is_open, "days": said.days, "receipts": said.receipts}
        note(db, entry_of(viewer, "letters.promised", "clinic", clinic_id, detail), house.clock())
        return True

    kept = await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303) if kept else await _show(request, "overtaken", 409)


async def change_pace(request: Request) -> Response:
    """A therapist's own number of days, or the clinic's again: 422 for one that cannot be promised."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, staff_id, days = clinic_id_of(viewer), read_id(fields["who"]), days_of(fields)

    async def work(db: AsyncSession) -> bool:
        able = {one.id for one in (await team_of(db, clinic_id)).therapists}
        if staff_id is None or staff_id not in able or (days is None and fields["days"]):
            return False
        await promises.set_pace(db, clinic_id, staff_id, days)
        note(db, entry_of(viewer, "letters.pace_set", "staff", staff_id, {"days": days or 0}), house.clock())
        return True

    kept = await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303) if kept else await _show(request, "pace", 422)


async def _show(request: Request, problem: str = "", status: int = 200) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> tuple[Promise, Team, Mapping[UUID, int]]:
        said = await promises.promise_of(db, clinic_id)
        return said, await team_of(db, clinic_id), await promises.paces(db, clinic_id)

    said, team, paces = await house.db.read(work)
    context = PromisePage(said, team.therapists, paces, problem)
    return render(request, "letters/settings.html", context, status=status)


routes: list[GuardedRoute] = [
    page(PATH, promise_page, Action.CLINIC, name="letter_promise"),
    page(PATH, change, Action.CLINIC, ("POST",), name="change_letter_promise"),
    page(f"{PATH}/pace", change_pace, Action.CLINIC, ("POST",), name="change_letter_pace"),
]
