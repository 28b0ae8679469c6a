"""Taking back what was agreed to: the patient does it themselves, on the page of their record."""

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
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page, viewer_of


async def withdraw(request: Request) -> Response:
    """Their own agreement, and every like one that holds; again changes nothing. Who acts for them does not do this
    here. Raises NotFound.
    """
    house, space = house_of(request), await own_space(request)
    patient_id, wanted = read_uuid(request.path_params["patient_id"]), request.path_params["consent"]
    subject = Subject(space.clinic_id, patient_id=patient_id)
    if patient_id is None or patient_id != space.own or not may(viewer_of(request), Action.MINE, subject):
        raise NotFound()
    work = partial(_withdraw, ids=(space.clinic_id, patient_id), wanted=wanted)
    if not await house.db.unit(partial(work, now=house.clock())):
        raise NotFound()
    return RedirectResponse(f"/me/record/{patient_id}?notice=taken-back#agreed", 303)


async def _withdraw(db: AsyncSession, ids: tuple[UUID, UUID], wanted: UUID, now: datetime) -> bool:
    """Whether there is such an agreement."""
    every = await consents.ledger(db, *ids)
    one = next((one for one in every if one.id == wanted), None)
    same = [each for each in every if one and each.holds and (each.kind, each.version) == (one.kind, one.version)]
    for each in same:
        if await consents.withdraw(db, each, ids, ("patient", ids[1]), now):
            detail = {"consent": each.id.hex, "kind": each.kind}
            note(db, Entry(ids[0], "consent.withdrawn", "patient", ids[1], "patient", ids[1], detail), now)
    return one is not None


routes: list[GuardedRoute] = [
    page(
        "/me/record/{patient_id}/agreements/{consent:uuid}/withdraw",
        withdraw,
        Action.MINE,
        ("POST",),
        name="withdraw_own_consent",
    ),
]
