"""Giving a visit to a colleague as one step: one unit under the visit's lock, then the rooms and pages are told."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.audit.store import note
from server.booking.handing import hand_over
from server.house import house_of
from server.routing import viewer_of
from server.visit import store as visits
from server.visit.acts import audit_entry, current_card, pages_changed
from server.visit.door import Knock
from server.visit.handover import store
from server.visit.handover.rules import Answer, News, answer
from server.visit.handover.telling import has_mail, queue
from server.visit.queue.telling import therapist_changed
from server.visit.rules import Event, Part, State, is_away, state_of
from server.visit.sealed import seal_words
from server.visit.store import By


@dataclass(frozen=True)
class Given:
    """What became of it; the ids on the wire of the patient and of who led before. `told`: a message goes to who is
    away.
    """

    answer: Answer
    room: UUID
    was: State
    patient: UUID | None = None
    led: UUID | None = None
    away: bool = False
    told: bool = False


async def give(knocked: Knock, to: UUID, words: str, *, taking: bool = False) -> Given:
    """Let `to` lead this visit. The patient waits for them at the same place, with these words; away, they are told."""
    by, row_id, mails = By("staff", knocked.viewer.staff_id), uuid4(), await has_mail(knocked)
    key = await knocked.house.keys.patient(knocked.card.clinic_id, knocked.card.patient_id)
    blob = seal_words(key, knocked.card.clinic_id, "visit_handovers", row_id, words)

    async def work(db: AsyncSession) -> Given:
        visit = await visits.ensure(db, await current_card(db, knocked.card.id))
        card = await current_card(db, knocked.card.id)  # read behind the lock: it may have been handed over meanwhile
        state = state_of(card, visit, knocked.clinic.policy, knocked.now)
        decided = answer(state, card.therapist_id, knocked.card.therapist_id, to, taking=taking)
        if decided is not Answer.GO:
            return Given(decided, visit.id, state)
        handed = await hand_over(db, card, to, knocked.now)
        if handed is None:
            return Given(Answer.TAKEN, visit.id, state)
        await visits.move(db, await current_card(db, card.id), visit, Event.HAND_OVER, State.WAITING, by, knocked.now)
        moved = handed.time_moved
        assert by.id is not None, "the gate lets staff alone through"
        await store.add_handover(db, row_id, visit.id, card, to, by.id, knocked.now, time_moved=moved, words=blob)
        detail: dict[str, object] = {"from": card.therapist_id.hex, "to": to.hex, "time_moved": moved}
        note(db, audit_entry(knocked, "visit.hand_over", by, detail), knocked.now)
        away = is_away(visit, knocked.now)
        told = await queue(db, knocked, visit, News.HANDED, mails=mails) if away else ()
        patient = await visits.peer_of(db, visit.id, Part.PATIENT)
        led = await visits.peer_of(db, visit.id, Part.THERAPIST, card.therapist_id)
        return Given(Answer.GO, visit.id, state, patient, led, away, bool(told))

    given = await knocked.house.db.unit(work)
    if given.answer is Answer.GO:
        knocked.house.outbox.nudge()
        await _spread(knocked, given, to)
    return given


async def _spread(knocked: Knock, given: Given, to: UUID) -> None:
    """The rooms first: nobody hears the other any more; then the pages of everybody it concerns."""
    house, card = knocked.house, knocked.card
    if given.patient and given.was is not State.WAITING:
        await house.tell(given.room.hex, "sent_back", given.patient.hex)
    if given.led:
        await house.tell(given.room.hex, "removed", given.led.hex)
    await pages_changed(house, card)
    for therapist_id in (card.therapist_id, to):
        await therapist_changed(house, card.clinic_id, therapist_id)


async def led_until_handed_over(request: Request) -> bool:
    """Whether the viewer led the visit of this address until somebody else took it."""
    house, staff_id = house_of(request), viewer_of(request).staff_id
    public_id = request.path_params["public_id"]
    return staff_id is not None and await house.db.read(lambda db: store.led_before(db, public_id, staff_id))
