"""Taking back what was agreed to, on the page of a record: the patient does it themselves, or who gave it for them."""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.forms import read_uuid
from server.errors import NotFound
from server.house import house_of
from server.patients.consents import store as consents
from server.patients.consents.rules import alike
from server.patients.space.door import hand_of, own_space
from server.routing import GuardedRoute, page, viewer_of


async def withdraw(request: Request) -> Response:
    """An agreement, and every like one that holds, by who gave it or the patient themselves; again changes nothing.
    Raises NotFound.
    """
    house, space = house_of(request), await own_space(request)
    patient_id, wanted = read_uuid(request.path_params["patient_id"]), request.path_params["consent"]
    subject = Subject(space.clinic_id, patient_id=patient_id)
    if patient_id is None or not may(viewer_of(request), Action.MINE, subject):
        raise NotFound()
    by = await hand_of(house, space, patient_id)
    if by is None:
        raise NotFound()
    work = partial(_withdraw, ids=(space.clinic_id, patient_id), wanted=wanted, by=by)
    if not await house.db.unit(partial(work, now=house.clock())):
        raise NotFound()
    return RedirectResponse(f"/me/record/{patient_id}?notice=taken-back#agreed", 303)


async def _withdraw(
    db: AsyncSession, ids: tuple[UUID, UUID], wanted: UUID, by: tuple[str, UUID], now: datetime
) -> bool:
    """Whether there is such an agreement, and they may take it back."""
    same = alike(await consents.ledger(db, *ids), wanted, by[0])
    for each in same or ():
        if await consents.withdraw(db, each, ids, by, now):
            detail = {"consent": each.id.hex, "kind": each.kind}
            note(db, Entry(ids[0], "consent.withdrawn", "patient", ids[1], by[0], by[1], detail), now)
    return same is not None


routes: list[GuardedRoute] = [
    page(
        "/me/record/{patient_id}/agreements/{consent:uuid}/withdraw",
        withdraw,
        Action.MINE,
        ("POST",),
        name="withdraw_own_consent",
    ),
]
