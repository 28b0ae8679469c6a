"""A booking that stands: read, moved and cancelled, by who shows its token or a key of its clinic.

A token is bound by the clinic's deadlines, as the patient's own page is; a key by what has begun, as the front desk is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Door, Subject, may
from server.booking import desk, store
from server.booking.api import wire
from server.booking.api.addresses import clinic_slug
from server.booking.api.forms import FREELY, Odd, read_start, unlike_flags
from server.booking.api.repeats import once_only
from server.booking.deadlines import MAY_CANCEL, Change, change_until, may_cancel, may_move, staff_may_change
from server.booking.forms import Problem, read_late_reason
from server.booking.freely import reaching as planning_to
from server.booking.led import unbound
from server.booking.meeting import meeting_of
from server.booking.rules import BookingCard, Reason, Refused, Wish
from server.booking.series.rules import reaching
from server.booking.store import By
from server.booking.where.rules import value_of
from server.clinic.licences.rules import Place
from server.clinic.practice import practice_for
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.problems import answer, problem, read_object
from server.routing import GuardedRoute, page, viewer_of

BASE = "/api/v1/clinics/{clinic}/bookings/{booking}"
TRIES = 2


@dataclass(frozen=True)
class Known:
    """A booking whose holder asks, and what its therapist is called in addresses."""

    card: BookingCard
    clinic: Clinic
    slug: str


async def api_booking(request: Request) -> Response:
    """`GET /api/v1/clinics/{clinic}/bookings/{booking}`."""
    known = await _known(request, Action.API_BOOKING)
    place = Place() if viewer_of(request).door is Door.KEY else (await meeting_of(house_of(request), known.card)).where
    return answer(msgspec.structs.replace(view_of(known), where=value_of(place) if place else None))


async def api_move(request: Request) -> Response:
    """`POST .../move`: another start with the same therapist, for who shows a key also `freely`. The start that it has
    already changes nothing."""
    house, known = house_of(request), await _known(request, Action.API_CHANGE)
    body = await read_object(request)
    return await once_only(house, request, known.clinic, body, lambda _: _move(request, known, body))


async def api_cancel(request: Request) -> Response:
    """`POST .../cancel`. Sent twice, it cancels once. After the deadline a patient says why, where the clinic lets them
    cancel then: 422 without a `reason`."""
    house, known = house_of(request), await _known(request, Action.API_CHANGE)
    sent = await read_object(request) if await request.body() else {}
    body = {"reason": sent["reason"]} if sent.get("reason") else {}
    return await once_only(house, request, known.clinic, body, lambda _: _cancel(request, known, body))


async def _move(request: Request, known: Known, body: Mapping[str, Any]) -> Response:
    house, card = house_of(request), known.card
    sent = body.get("start")
    start = read_start(sent) if isinstance(sent, str) else None
    if start is None:
        return problem(422, "fields", {"start": Odd.NOT_A_MOMENT if sent else Odd.MISSING})
    if viewer_of(request).door is Door.KEY and (odd := unlike_flags(body, FREELY)):
        return problem(422, "fields", odd)
    if start == card.starts_at and card.cancelled_at is None:
        return answer(view_of(known))
    why = _allowed(request, known)
    if why is not Change.ALLOWED:
        return problem(409, why)
    able, wish = _wish(request, known, start, body)
    refused = await desk.move(house, able, card, wish, _by(request, card))
    return _refused(known, refused) if refused else answer(view_of(await _known(request, Action.API_CHANGE)))


def _wish(request: Request, known: Known, start: datetime, body: Mapping[str, Any]) -> tuple[Clinic, Wish]:
    """What is asked of the desk, and how the clinic is bound by it."""
    card, now = known.card, house_of(request).clock()
    wish = Wish(start, card.therapist_id)
    if viewer_of(request).door is not Door.KEY:
        return reaching(known.clinic, card, now, own=True), wish
    clinic = unbound(known.clinic)
    if body.get("freely") is not True:
        return reaching(clinic, card, now), wish
    return planning_to(clinic, start, now), replace(wish, freely=True, outside=body.get("outside_hours") is True)


async def _cancel(request: Request, known: Known, body: Mapping[str, Any]) -> Response:
    house, said = house_of(request), body.get("reason", "")
    reason = read_late_reason({"reason": said}) if isinstance(said, str) else Odd.NOT_TEXT
    for _ in range(TRIES):
        why = _may_end(request, known)
        late = why is Change.LATE
        if late and isinstance(reason, Problem | Odd):
            return problem(422, "fields", {"reason": reason})
        if why not in MAY_CANCEL:
            break
        await desk.cancel(house, known.clinic, known.card, _by(request, known.card), reason if late else "")
        known = await _known(request, Action.API_CHANGE)
    return answer(view_of(known)) if known.card.cancelled_at else problem(409, why)


async def _known(request: Request, action: Action) -> Known:
    """The booking of this address, for who may do this to it. Raises NotFound."""
    house, slug = house_of(request), clinic_slug(request)

    async def work(db: AsyncSession) -> Known | None:
        card = await store.booking_for_visit(db, request.path_params["booking"])
        if card is None:
            return None
        practice = await practice_for(db, slug, None, str(card.therapist_id))
        if practice is None or practice.clinic.id != card.clinic_id:
            return None
        return Known(card, practice.clinic, practice.therapists[0].slug)

    known = await house.db.read(work)
    if known is None or not may(viewer_of(request), action, Subject(known.clinic.id, booking_id=known.card.id)):
        raise NotFound()
    return known


def _allowed(request: Request, known: Known) -> Change:
    now = house_of(request).clock()
    if viewer_of(request).door is Door.KEY:
        return staff_may_change(known.card, now)
    return may_move(known.card, known.clinic.policy, now)


def _may_end(request: Request, known: Known) -> Change:
    """What was asked for and not answered yet its patient takes back; who is late says why."""
    if viewer_of(request).door is Door.KEY:
        return _allowed(request, known)
    return may_cancel(known.card, known.clinic.policy, house_of(request).clock())


def _by(request: Request, card: BookingCard) -> By:
    viewer = viewer_of(request)
    return By("key", viewer.key_id) if viewer.door is Door.KEY else By("patient", card.patient_id)


def view_of(known: Known) -> wire.Booking:
    """The booking as programs read it."""
    card = known.card
    return wire.Booking(
        id=card.public_id,
        service=str(card.service_id),
        therapist=known.slug,
        start=card.starts_at,
        end=card.ends_at,
        status=wire.status_of(card),
        means=card.means,
        sequence=card.sequence,
        change_until=change_until(card, known.clinic.policy),
        price=wire.price_of(card.price, card.currency),
    )


def _refused(known: Known, refusal: Refused) -> Response:
    """409 when the time is taken; 422 when it was never to be had."""
    service = str(known.card.service_id)
    free = [wire.Slot(service=service, therapist=known.slug, start=start) for start in refusal.next_free]
    if refusal.reason is Reason.TAKEN:
        return problem(409, refusal.reason, next_free=free)
    return problem(422, refusal.reason, {"start": refusal.reason}, next_free=free)


routes: list[GuardedRoute] = [
    page(f"{BASE}/move", api_move, Action.API_CHANGE, methods=("POST",)),
    page(f"{BASE}/cancel", api_cancel, Action.API_CHANGE, methods=("POST",)),
    page(BASE, api_booking, Action.API_BOOKING),
]
