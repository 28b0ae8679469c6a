"""Calling somebody back who closed their page: one button, and a row that says who and when."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.routing import GuardedRoute, page
from server.visit import store as visits
from server.visit.acts import audit_entry, by_of, current_card, pages_changed
from server.visit.door import Knock, knock
from server.visit.ladder.store import waiting_rules
from server.visit.recall import store
from server.visit.recall.forms import wish_of
from server.visit.recall.rules import Reach, Refusal, may_recall
from server.visit.rules import Part, State, is_away


async def recall(request: Request) -> Response:
    """Call them back by every way they agreed to; while the place is still kept, again is the same."""
    knocked = await knock(request, Action.DAY)

    async def work(db: AsyncSession) -> Refusal | None:
        visit = await visits.ensure(db, await current_card(db, knocked.card.id))  # locked: of two presses one calls
        reach = await store.reach_of(db, visit.id)
        calling = (await store.callings(db, [visit.id], knocked.now)).get(visit.id)
        refusal = may_recall(
            waits=visit.state is State.WAITING,
            is_away=is_away(visit, knocked.now),
            reach=reach,
            last=calling.last if calling else None,
            now=knocked.now,
        )
        if refusal is None:
            await _call(db, knocked, visit.id, reach)
        return refusal

    if await knocked.house.db.unit(work) is None:
        knocked.house.outbox.nudge()
        await pages_changed(knocked.house, knocked.card)
    return RedirectResponse("/staff", 303)


async def _call(db: AsyncSession, knocked: Knock, visit_id: UUID, reach: Reach) -> None:
    staff_id = knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"
    kept = (await waiting_rules(db, knocked.clinic.id)).back_within
    await store.call(db, visit_id, reach, staff_id, knocked.now, knocked.now + kept)
    ways: dict[str, object] = {"ways": [way.value for way in reach.ways]}
    note(db, audit_entry(knocked, "waiting.recalled", by_of(knocked, Part.THERAPIST), ways), knocked.now)


async def keep_wish(knocked: Knock, request: Request) -> None:
    """Keep how the patient wants to be called back, when the form that they left by asked for it."""
    wish, visit, card = wish_of(await request.form(), knocked.clinic.country), knocked.visit, knocked.card
    if wish is None or visit is None:
        return
    key = await knocked.house.keys.patient(card.clinic_id, card.patient_id)
    reach = Reach(wish.mail, wish.sms, store.seal_phone(key, card.clinic_id, visit.id, wish.phone if wish.sms else ""))
    await knocked.house.db.unit(lambda db: store.set_reach(db, visit.id, reach, knocked.now))


routes: list[GuardedRoute] = [page("/staff/waiting/{public_id}/recall", recall, Action.DAY, ("POST",))]
