"""Confirming a time by one press, and the schedule of reminders that a clinic sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.deadlines import MAY_CANCEL, Change, may_cancel, may_move, staff_may_change
from server.booking.door import card_of_token, own_booking, set_link_cookie
from server.booking.reminders import own_pages, store
from server.booking.reminders.forms import PLACES, parse_rules, rules_fields
from server.booking.reminders.rules import ReminderRules
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic, Service
from server.clinic.sheet import Fields, Reason
from server.errors import NotFound
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

STEPS = frozenset({"confirm", "move", "cancel"})


@dataclass(frozen=True)
class ConfirmPage:
    """The context of booking/confirm.html. `confirmed_at`: when they said it; `changed`: the time moved meanwhile."""

    card: BookingCard
    clinic: Clinic
    confirmed_at: datetime | None
    may_change: bool
    may_cancel: bool
    changed: bool


@dataclass(frozen=True)
class ReminderSettings:
    """The context of booking/staff_reminders.html; `own`: service -> the spans that it has in place of the clinic's."""

    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    services: Sequence[Service]
    own: Mapping[UUID, Sequence[timedelta]]
    places: tuple[str, ...] = PLACES


async def open_at(request: Request) -> Response:
    """`GET /l/{token}/{step}`: the cookie of this booking, and on to the page that asks. Raises NotFound.

    Programs that look through mails open every link: nothing is confirmed, moved or cancelled before a press there.
    """
    house, token, step = house_of(request), request.path_params["token"], request.path_params["step"]
    card = await card_of_token(house, token) if step in STEPS else None
    if card is None:
        raise NotFound()
    response = RedirectResponse(f"/visit/{card.public_id}/{step}", 303, headers={"referrer-policy": "no-referrer"})
    set_link_cookie(house, response, card.public_id, token)
    return response


async def confirm_page(request: Request) -> Response:
    """`GET /visit/{public_id}/confirm` asks; nothing happens before the button is pressed."""
    return await _ask(request, changed=False)


async def confirm(request: Request) -> Response:
    """`POST /visit/{public_id}/confirm`: 303. Sent twice, it confirms once; a page from before a move asks again."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    was = (await request.form()).get("was")
    if staff_may_change(card, house.clock()) is not Change.ALLOWED:
        return RedirectResponse(f"/visit/{card.public_id}", 303)
    if was != str(card.sequence):
        return await _ask(request, changed=True)
    entry = Entry(clinic.id, "booking.confirmed", "booking", card.id, "patient", card.patient_id)

    async def work(db: AsyncSession) -> bool:
        first = await store.confirm(db, card.id, card.starts_at, house.clock())
        if first:
            note(db, entry, house.clock())
        return first

    if await house.db.unit(work):
        await house.live.changed(f"day:{card.clinic_id}")
    return RedirectResponse(f"/visit/{card.public_id}/confirm", 303)


async def _ask(request: Request, *, changed: bool) -> Response:
    house = house_of(request)
    card, clinic = await own_booking(request)
    if staff_may_change(card, house.clock()) is not Change.ALLOWED:
        return RedirectResponse(f"/visit/{card.public_id}", 303)
    said = await house.db.read(lambda db: store.confirmed(db, {card.id: card.starts_at}))
    context = ConfirmPage(
        card=card,
        clinic=clinic,
        confirmed_at=said.get(card.id),
        may_change=may_move(card, clinic.policy, house.clock()) is Change.ALLOWED,
        may_cancel=may_cancel(card, clinic.policy, house.clock()) in MAY_CANCEL,
        changed=changed,
    )
    return render(request, "booking/confirm.html", context, brand=clinics.brand(clinic), status=409 if changed else 200)


async def settings_page(request: Request) -> Response:
    """`GET /staff/clinic/bookings/reminders`."""
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    rules = await house.db.read(lambda db: store.rules_of(db, clinic_id))
    return await _show_settings(request, rules_fields(rules), {})


async def keep_settings(request: Request) -> Response:
    """`POST /staff/clinic/bookings/reminders`: what is booked already follows the new schedule."""
    fields = await form_of(request)
    rules = parse_rules(fields)
    if not isinstance(rules, ReminderRules):
        return await _show_settings(request, fields, rules)
    await _keep(house_of(request), request, rules)
    return RedirectResponse("/staff/clinic/bookings/reminders?notice=kept", 303)


async def _show_settings(request: Request, fields: Fields, reasons: Mapping[str, Reason]) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    services = await house.db.read(lambda db: clinics.services(db, clinic_id))
    own = await house.db.read(lambda db: store.own_spans(db, clinic_id))
    context = ReminderSettings(fields, reasons, services, own)
    return render(request, "booking/staff_reminders.html", context, status=422 if reasons else 200)


async def _keep(house: House, request: Request, rules: ReminderRules) -> None:
    viewer = viewer_of(request)
    clinic_id = clinic_id_of(viewer)
    minutes = [int(before.total_seconds() // 60) for before in rules.before]

    async def work(db: AsyncSession) -> None:
        await store.set_rules(db, clinic_id, rules)
        detail = {"before_minutes": minutes, "texts": rules.texts.value}
        note(db, entry_of(viewer, "reminders.changed", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)


routes: list[GuardedRoute] = [
    page("/l/{token}/{step}", open_at, Action.PUBLIC),
    page("/visit/{public_id}/confirm", confirm_page, Action.VISIT),
    page("/visit/{public_id}/confirm", confirm, Action.VISIT, methods=("POST",)),
    page("/staff/clinic/bookings/reminders", settings_page, Action.CLINIC, name="reminder_settings"),
    page(
        "/staff/clinic/bookings/reminders",
        keep_settings,
        Action.CLINIC,
        methods=("POST",),
        name="keep_reminder_settings",
    ),
    *own_pages.routes,
]
