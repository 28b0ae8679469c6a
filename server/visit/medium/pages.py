"""Down and back up: video, sound alone, text, phone, chosen by either side; and the calls that were tried, noted."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.audit.store import note
from server.errors import Conflict, TooMany, Unprocessable
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.acts import audit_entry, by_of, current_card, pages_changed
from server.visit.checklist.keeping import is_signed
from server.visit.door import Knock, knock
from server.visit.medium import store
from server.visit.medium.forms import NewTry, try_of, wish_of
from server.visit.medium.rules import TRIES_OPEN, Medium, Refused, Turn, Wish, decide
from server.visit.medium.shown import ByPhone, by_phone, person_of
from server.visit.rules import Part, state_of
from server.visit.store import ensure

RETRY = 60


@dataclass(frozen=True)
class PhonePart:
    """visit/parts/by_phone.html alone."""

    by_phone: ByPhone
    leads: bool


async def patient_turns(request: Request) -> Response:
    """Another medium, chosen by the patient."""
    return await _turn(request, await knock(request, Action.VISIT), Part.PATIENT)


async def therapist_turns(request: Request) -> Response:
    """Another medium, chosen by the therapist."""
    return await _turn(request, await knock(request, Action.LEAD_VISIT), Part.THERAPIST)


async def patient_phone(request: Request) -> Response:
    """The numbers alone, for the page to fetch again."""
    return await _phone(request, await knock(request, Action.VISIT), leads=False)


async def therapist_phone(request: Request) -> Response:
    return await _phone(request, await knock(request, Action.LEAD_VISIT), leads=True)


async def note_try(request: Request) -> Response:
    """A call that was tried. Raises Unprocessable, Conflict once the visit is closed or signed, and TooMany."""
    knocked = await knock(request, Action.LEAD_VISIT)
    new = try_of(await request.form())
    if not isinstance(new, NewTry):
        raise Unprocessable()
    if await knocked.house.db.read(lambda db: is_signed(db, knocked)):
        raise Conflict("signed")
    await _keep_try(knocked, new)
    if wants_json(request):
        return Response(status_code=204)
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}#by-phone", 303)


async def _turn(request: Request, knocked: Knock, part: Part) -> Response:
    wish = wish_of(await request.form())
    if not isinstance(wish, Wish):
        raise Unprocessable()
    outcome, room = await _choose(knocked, wish, part)
    if isinstance(outcome, Refused):
        raise Conflict(outcome.reason.value)
    turn, changed = outcome
    if changed:
        await knocked.house.tell(room.hex, "turned", "")
        await pages_changed(knocked.house, knocked.card)
    if wants_json(request):
        return JSONResponse({"medium": turn.medium.value, "number": turn.number})
    side = "visit" if part is Part.PATIENT else "staff/visit"
    return RedirectResponse(f"/{side}/{knocked.card.public_id}", 303)


async def _choose(knocked: Knock, wish: Wish, part: Part) -> tuple[tuple[Turn, bool] | Refused, UUID]:
    """What holds now and whether this changed it; the id is the room's."""
    by, now = by_of(knocked, part), knocked.now

    async def work(db: AsyncSession) -> tuple[tuple[Turn, bool] | Refused, UUID]:
        card = await current_card(db, knocked.card.id)
        visit = await ensure(db, card)
        before = await store.turn_of(db, visit.id)
        outcome = decide(before, wish, state_of(card, visit, knocked.clinic.policy, now))
        if isinstance(outcome, Medium):
            note(db, audit_entry(knocked, "visit.medium", by, {"from": before.medium, "to": outcome}), now)
            return (await store.add_turn(db, visit.id, before, outcome, by, now), True), visit.id
        return (outcome if isinstance(outcome, Refused) else (before, False)), visit.id

    return await knocked.house.db.unit(work)


async def _keep_try(knocked: Knock, new: NewTry) -> None:
    by, now, try_id = by_of(knocked, Part.THERAPIST), knocked.now, _id_of(knocked, new)
    assert by.id is not None, "the gate lets staff alone through"
    caller = by.id

    async def work(db: AsyncSession) -> bool | None:
        card = await current_card(db, knocked.card.id)
        visit = await ensure(db, card)
        if state_of(card, visit, knocked.clinic.policy, now) not in TRIES_OPEN:
            raise Conflict()
        fresh = await store.add_try(db, try_id, visit.id, caller, new, now)
        if fresh:
            detail: dict[str, object] = {"number": new.number, "outcome": new.outcome}
            note(db, audit_entry(knocked, "visit.phone_try", by, detail), now)
        return fresh

    if await knocked.house.db.unit(work) is None:
        raise TooMany(RETRY)
    await pages_changed(knocked.house, knocked.card)


def _id_of(knocked: Knock, new: NewTry) -> UUID:
    """The id follows from the form: the same form sent twice is one call."""
    whole = "\0".join((knocked.card.id.hex, str(knocked.viewer.staff_id), new.once or str(knocked.now)))
    mac = hmac.digest(knocked.house.keys.secret("visit phone tries"), whole.encode(), "sha256")
    return UUID(bytes=mac[:16], version=4)


async def _phone(request: Request, knocked: Knock, *, leads: bool) -> Response:
    part = PhonePart(await by_phone(knocked, await person_of(knocked)), leads)
    return render(request, "visit/parts/by_phone.html", part, brand=knocked.brand)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/medium", patient_turns, Action.VISIT, ("POST",)),
    page("/visit/{public_id}/phone", patient_phone, Action.VISIT),
    page("/staff/visit/{public_id}/medium", therapist_turns, Action.LEAD_VISIT, ("POST",)),
    page("/staff/visit/{public_id}/phone", therapist_phone, Action.LEAD_VISIT),
    page("/staff/visit/{public_id}/phone-tries", note_try, Action.LEAD_VISIT, ("POST",)),
]
