"""To whom a record is open, who looked at it, and agreements that were taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.requests import text_fields
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.errors import Conflict, NotFound
from server.house import house_of
from server.patients.care import store as care
from server.patients.consents import store as consents
from server.patients.rules import Person
from server.record.looking import Look, who_looked
from server.record.opening import open_record
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

BASE = "/staff/patients/{patient_id}"


@dataclass(frozen=True)
class LookedPage:
    """record/looked.html"""

    person: Person = field(repr=False)
    looks: Sequence[Look]


async def looked_page(request: Request) -> Response:
    """`GET .../record/looked`."""
    opened = await open_record(request)
    looks = await who_looked(opened.house, opened.clinic.id, opened.person.id)
    await opened.trace("record.seen", page="looked")
    return render(request, "record/looked.html", LookedPage(opened.person, looks))


async def keep(request: Request) -> Response:
    """Keep this record open to oneself after the 90 days, or no more."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    kept = fields.get("kept") == "yes"
    ids = (opened.clinic.id, opened.person.id, opened.staff_id)

    async def work(db: AsyncSession) -> None:
        if (await care.between(db, *ids)).kept is not kept:
            await care.keep(db, *ids, opened.now, kept=kept)
            note(db, opened.entry("record.kept_open", kept=kept), opened.now)

    await opened.house.db.unit(work)
    return RedirectResponse(f"{opened.base}/record#open", 303)


async def withdraw(request: Request) -> Response:
    """Note that an agreement was taken back; again is the same. Raises NotFound."""
    opened = await open_record(request, Action.RECORD_WRITE)
    ids, wanted = (opened.clinic.id, opened.person.id), request.path_params["consent"]

    async def work(db: AsyncSession) -> UUID | None:
        every = await consents.ledger(db, *ids)
        one = next((one for one in every if one.id == wanted), None)
        # Who takes an agreement back means it, however often they had given it.
        same = [each for each in every if one and each.holds and (each.kind, each.version) == (one.kind, one.version)]
        for each in same:
            if await consents.withdraw(db, each, ids, ("staff", opened.staff_id), opened.now):
                note(db, opened.entry("consent.withdrawn", consent=each.id.hex, kind=each.kind), opened.now)
        return one.id if one else None

    if await opened.house.db.unit(work) is None:
        raise NotFound()
    return RedirectResponse(f"{opened.base}/record#agreed", 303)


async def share(request: Request) -> Response:
    """Whether records are open to all therapists of the clinic. Raises Conflict when somebody was faster."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    shared, seen = fields["shared"] == "yes", fields["seen"]
    over = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0

    async def work(db: AsyncSession) -> bool:
        if (await care.sharing(db, clinic_id))[1] != over:
            return False
        note(db, entry_of(viewer, "records.shared", "clinic", clinic_id, {"shared": shared}), now)
        return await care.share(db, clinic_id, over, viewer.staff_id, now, shared=shared)

    if not await house.db.unit(work):
        raise Conflict()
    return RedirectResponse("/staff/clinic/notes?notice=kept", 303)


routes: list[GuardedRoute] = [
    page(f"{BASE}/record/looked", looked_page, Action.RECORD),
    page(f"{BASE}/record/keep", keep, Action.RECORD_WRITE, ("POST",), name="keep_record_open"),
    page(f"{BASE}/agreements/{{consent:uuid}}/withdraw", withdraw, Action.RECORD_WRITE, ("POST",)),
    page("/staff/clinic/notes/share", share, Action.CLINIC, ("POST",), name="share_records"),
]
