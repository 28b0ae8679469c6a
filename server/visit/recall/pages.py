"""Calling somebody back who closed their page: one button, and a row that says who and when."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.routing import GuardedRoute, page
from server.visit import store as visits
from server.visit.acts import audit_entry, by_of, current_card, pages_changed
from server.visit.door import Knock, knock
from server.visit.recall import store
from server.visit.recall.calling import call_if_away
from server.visit.recall.forms import NoNumber, wish_of
from server.visit.recall.rules import Reach, Refusal
from server.visit.rules import Part


async def recall(request: Request) -> Response:
    """Call them back by every way they agreed to; while a call holds, again is the same."""
    knocked = await knock(request, Action.DAY)
    staff_id = knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"

    async def work(db: AsyncSession) -> Reach | Refusal:
        visit = await visits.ensure(db, await current_card(db, knocked.card.id))  # locked: of two presses one calls
        called = await call_if_away(db, visit, staff_id, knocked.now)
        if isinstance(called, Reach):
            ways: dict[str, object] = {"ways": [way.value for way in called.ways]}
            note(db, audit_entry(knocked, "waiting.recalled", by_of(knocked, Part.THERAPIST), ways), knocked.now)
        return called

    if isinstance(await knocked.house.db.unit(work), Reach):
        knocked.house.outbox.nudge()
        await pages_changed(knocked.house, knocked.card)
    to_visit = "visit" in (await request.form()) and knocked.card.therapist_id == staff_id
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}" if to_visit else "/staff", 303)


async def keep_wish(knocked: Knock, fields: Mapping[str, object]) -> NoNumber | None:
    """Keep how the patient wants to be called back, when the form that they left by asked for it; or what it lacks.

    Nothing is kept that does not leave this machine: no page then says that somebody was called who was not.
    """
    visit, card, house = knocked.visit, knocked.card, knocked.house
    wish = wish_of(fields if house.texter.sends else {**fields, "sms": ""}, knocked.clinic.country)
    if visit is None or wish is None or isinstance(wish, NoNumber):
        return wish if isinstance(wish, NoNumber) else None
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    phone = store.seal_phone(key, card.clinic_id, visit.id, wish.phone if wish.sms else "")
    reach = Reach(wish.mail and house.mailer.sends, wish.sms, phone)
    await house.db.unit(lambda db: store.set_reach(db, visit.id, reach, knocked.now))
    return None


routes: list[GuardedRoute] = [page("/staff/waiting/{public_id}/recall", recall, Action.DAY, ("POST",))]
