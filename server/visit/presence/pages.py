"""A therapist says 'I step away' and 'I am back'; their open page says the rest."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role
from server.audit.rules import Entry
from server.audit.store import note
from server.errors import Forbidden, Unprocessable
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.visit.presence import store
from server.visit.queue.telling import therapist_changed


async def set_presence(request: Request) -> Response:
    """`POST /staff/presence`, state: away or here. The same again changes nothing."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    state = str((await request.form()).get("state", ""))
    if state not in {"away", "here"}:
        raise Unprocessable()
    if viewer.clinic_id is None or viewer.staff_id is None or not viewer.has(Role.THERAPIST):
        raise Forbidden()
    clinic_id, staff_id = viewer.clinic_id, viewer.staff_id

    async def work(db: AsyncSession) -> bool:
        if state == "away":
            changed = await store.step_away(db, clinic_id, staff_id, staff_id, now)
        else:
            changed = await store.come_back(db, staff_id, staff_id, now)
        if changed:
            note(db, _entry(clinic_id, staff_id, f"therapist.{state}"), now)
        return changed

    if await house.db.unit(work):
        await therapist_changed(house, clinic_id, staff_id)
    return RedirectResponse("/staff", 303)


def _entry(clinic_id: UUID, staff_id: UUID, action: str) -> Entry:
    return Entry(clinic_id, action, "therapist", staff_id, "staff", staff_id)


routes: list[GuardedRoute] = [page("/staff/presence", set_presence, Action.QUEUE, ("POST",))]
