"""Where staff answer who asked for a time, and where a patient takes one of the times that were proposed instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, may
from server.booking import store
from server.booking.asking import forms
from server.booking.asking.answering import answer
from server.booking.asking.instead import shown, take
from server.booking.asking.rules import Answer
from server.booking.asking.store import reply_of
from server.booking.desk import Made, reason_place
from server.booking.door import own_booking, set_link_cookie
from server.booking.forms import read_start
from server.booking.hours import floor
from server.booking.led import by_of, led_booking, noted, subject_of, unbound
from server.booking.offered import offered
from server.booking.public import pick_of
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.booking.week import value_of
from server.clinic.rules import Clinic
from server.crypto import unseal
from server.house import House, house_of
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class RequestPage:
    """The context of booking/staff_request.html; `reason` is None for who may not see it. `times`: (value, start)."""

    card: BookingCard
    person: Person | None = field(repr=False)
    reason: str | None = field(repr=False)
    times: Sequence[tuple[str, datetime]]
    proposed: Sequence[str]
    words: str = field(repr=False)
    too_long: bool


async def request_page(request: Request) -> Response:
    """`GET /staff/requests/{public_id}`: who asks for which time, and what can be said."""
    card, clinic = await led_booking(request)
    if not card.asked:
        return RedirectResponse(f"/staff/bookings/{card.public_id}", 303)
    await noted(house_of(request), viewer_of(request), clinic, "booking.seen", card.id, {"patients": 1})
    return await _show(request, card, clinic, forms.Declined("", ()))


async def confirm(request: Request) -> Response:
    """`POST /staff/requests/{public_id}/confirm`. Sent twice, it confirms once."""
    card, clinic = await led_booking(request)
    return await _answered(request, card, clinic, Answer.CONFIRMED, forms.Declined("", ()))


async def decline(request: Request) -> Response:
    """`POST /staff/requests/{public_id}/decline`: with words, with other times, or with neither."""
    async with request.form(max_files=0, max_fields=60) as sent:
        said = forms.parse(str(sent.get("words", "")), [str(one) for one in sent.getlist("time")])
    card, clinic = await led_booking(request)
    if said.too_long and card.asked:
        return await _show(request, card, clinic, said, 422)
    return await _answered(request, card, clinic, Answer.DECLINED, said)


async def instead(request: Request) -> Response:
    """`POST /visit/{public_id}/instead`: take a proposed time, or a free one for one that the clinic cancelled.

    303 to the new booking, or back when the time went.
    """
    house = house_of(request)
    card, clinic = await own_booking(request)
    start = read_start((await text_fields(request)).get("start", ""))
    reply = await house.db.read(lambda db: reply_of(db, card.id))
    back = RedirectResponse(f"/visit/{card.public_id}", 303)
    declined = reply is not None and reply.answer is not Answer.CONFIRMED
    proposed = reply.times if reply is not None and declined else ()
    if start is None or card.cancelled_at is None or (declined and start not in proposed):
        return back
    outcome = await take(house, clinic, card, start)
    if not isinstance(outcome, Made):
        return back
    response = RedirectResponse(f"/visit/{outcome.card.public_id}", 303)
    set_link_cookie(house, response, outcome.card.public_id, outcome.token)
    return response


async def _answered(
    request: Request, card: BookingCard, clinic: Clinic, said: Answer, more: forms.Declined
) -> Response:
    by = by_of(viewer_of(request))
    done = card.asked and await answer(house_of(request), clinic, card, said, by, more.words, more.times)
    if not done:  # by this press; perhaps by the one before
        card, _clinic = await led_booking(request)
    already = card.answer == said and (said is not Answer.CONFIRMED or card.cancelled_at is None)
    return RedirectResponse(f"/staff?notice={f'request-{said}' if done or already else 'request-over'}", 303)


async def _show(
    request: Request, card: BookingCard, clinic: Clinic, said: forms.Declined, status: int = 200
) -> Response:
    house, now = house_of(request), house_of(request).clock()

    async def work(db: AsyncSession) -> Sequence[datetime]:
        pick = await pick_of(db, unbound(clinic), card)
        found = await offered(db, unbound(clinic), pick.service, pick.hours, now, without=card.appointment_id)
        return [one.start for one in found.offers if one.therapists and one.start != card.starts_at]

    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    sees = person is not None and may(viewer_of(request), Action.REASON, subject_of(card))
    context = RequestPage(
        card=card,
        person=person,
        reason=await _reason(house, card) if sees else None,
        times=[(value_of(floor(one)), one) for one in shown(await house.db.read(work), card.starts_at, clinic.zone)],
        proposed=[value_of(floor(one)) for one in said.times],
        words=said.words,
        too_long=said.too_long,
    )
    return render(request, "booking/staff_request.html", context, status=status)


async def _reason(house: House, card: BookingCard) -> str:
    sealed = await house.db.read(lambda db: store.reason_of(db, card.id))
    if sealed is None:
        return ""
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    return unseal(key, sealed, reason_place(card.clinic_id, card.patient_id, card.id))


routes: list[GuardedRoute] = [
    page("/staff/requests/{public_id}", request_page, Action.BOOKINGS),
    page("/staff/requests/{public_id}/confirm", confirm, Action.BOOKINGS, methods=("POST",)),
    page("/staff/requests/{public_id}/decline", decline, Action.BOOKINGS, methods=("POST",)),
    page("/visit/{public_id}/instead", instead, Action.VISIT, methods=("POST",)),
]
