"""The ladder for people: the clinic sets its rungs, somebody says that they come, a patient asks for another way."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.accounts.push.store import forget_clinic
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic.requests import clinic_id_of, entry_of, form_of, ticked
from server.clinic.sheet import Reason
from server.errors import NotFound, Unprocessable
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.safety.alerts import store as alerts
from server.templates import render
from server.visit import store as visits
from server.visit.acts import pages_changed
from server.visit.door import knock
from server.visit.ladder import store
from server.visit.ladder.forms import SET_HERE, coming_of, fields_of, offer_of, parse_waiting
from server.visit.ladder.rules import KIND
from server.visit.rules import VisitFacts


@dataclass(frozen=True)
class WaitingSettings:
    """visit/waiting_rules.html"""

    form: Mapping[str, str]
    offers: frozenset[str]
    reasons: Mapping[str, Reason]
    rungs: tuple[str, ...] = tuple(step.rung for step in SET_HERE)


async def settings_page(request: Request) -> Response:
    """Who is called when, in plain words."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)
    rules = await house.db.read(lambda db: store.waiting_rules(db, clinic_id))
    ladder = await house.db.read(lambda db: store.ladder_of(db, clinic_id))
    return render(request, "visit/waiting_rules.html", WaitingSettings(fields_of(rules, ladder), rules.offers, {}))


async def keep_settings(request: Request) -> Response:
    """Keep them; who waits already climbs by the new times."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)
    fields, offers = await form_of(request), await ticked(request, "offers")
    chosen = parse_waiting(fields, offers)
    if not isinstance(chosen, tuple):
        context = WaitingSettings(fields, frozenset(offers), chosen)
        return render(request, "visit/waiting_rules.html", context, status=422)
    rules, ladder = chosen

    async def work(db: AsyncSession) -> None:
        await store.set_waiting_rules(db, clinic_id, rules, ladder)
        times = {step.rung: int(step.after.total_seconds()) for step in ladder}
        detail = {"rungs": times, "whom": rules.whom.value, "push": rules.push}
        if not rules.push:
            await forget_clinic(db, clinic_id)
        note(db, entry_of(viewer, "waiting.rules_changed", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/waiting?notice=kept", 303)


async def coming(request: Request) -> Response:
    """Somebody of the clinic says that they are coming: nobody else is called for so long."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    card, visit = await _visit(house, request, Action.ANSWER)
    lasts = coming_of(await form_of(request))

    async def work(db: AsyncSession) -> bool:
        kept = await alerts.acknowledge(db, KIND, visit.id, now, lasts, ("staff", viewer.staff_id))
        if kept:
            detail = {"minutes": int(lasts.total_seconds() // 60)}
            note(
                db, Entry(card.clinic_id, "waiting.answered", "booking", card.id, "staff", viewer.staff_id, detail), now
            )
        return kept

    if await house.db.unit(work):
        await pages_changed(house, card)
    return RedirectResponse("/staff", 303)


async def answer_wishes(request: Request) -> Response:
    """Somebody took care of what a patient asked for while waiting."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    card, visit = await _visit(house, request, Action.DAY)
    assert viewer.staff_id is not None, "the gate lets staff alone through"
    staff_id = viewer.staff_id

    async def work(db: AsyncSession) -> None:
        if await store.answer_wishes(db, visit.id, staff_id, now):
            note(db, Entry(card.clinic_id, "waiting.wish_answered", "booking", card.id, "staff", staff_id), now)

    await house.db.unit(work)
    await pages_changed(house, card)
    return RedirectResponse("/staff", 303)


async def wish(request: Request) -> Response:
    """The patient asks for another way, out of those that the clinic offers them now. Raises Unprocessable."""
    knocked = await knock(request, Action.VISIT)
    asked, visit = offer_of(await form_of(request)), knocked.visit
    if asked is None:
        raise Unprocessable()

    async def work(db: AsyncSession) -> None:
        climbs = await store.climbs(db, knocked.clinic.id, [visit.id] if visit else [], knocked.now)
        if visit and visit.id in climbs and asked in climbs[visit.id].offers:
            await store.wish(db, visit.id, asked, knocked.now)

    await knocked.house.db.unit(work)
    await pages_changed(knocked.house, knocked.card)
    return RedirectResponse(f"/visit/{knocked.card.public_id}", 303)


async def _visit(house: House, request: Request, action: Action) -> tuple[BookingCard, VisitFacts]:
    """The visit of this address for who may. Raises NotFound."""
    card = await house.db.read(lambda db: booking.booking_for_visit(db, request.path_params["public_id"]))
    visit = await house.db.read(lambda db: visits.visit_of(db, card.id)) if card else None
    if card is None or visit is None:
        raise NotFound()
    if not may(viewer_of(request), action, Subject(card.clinic_id, card.therapist_id, booking_id=card.id)):
        raise NotFound()
    return card, visit


routes: list[GuardedRoute] = [
    page("/staff/waiting", settings_page, Action.CLINIC, name="waiting_settings"),
    page("/staff/waiting", keep_settings, Action.CLINIC, ("POST",)),
    page("/staff/waiting/{public_id}/coming", coming, Action.ANSWER, ("POST",)),
    page("/staff/waiting/{public_id}/wishes", answer_wishes, Action.DAY, ("POST",)),
    page("/visit/{public_id}/wish", wish, Action.VISIT, ("POST",)),
]
