"""Answering as a whole step: decide, write in one unit, tell both. What nobody answers in time is released."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.booking import desk, store
from server.booking.asking import store as asking
from server.booking.asking.rules import Answer, Reply
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import Place, seal, unseal
from server.house import House
from server.outbox import Job


async def answer(
    house: House,
    clinic: Clinic,
    card: BookingCard,
    said: Answer,
    by: By,
    words: str = "",
    times: Sequence[datetime] = (),
) -> bool:
    """Say what becomes of a time that was asked for; False when that is known by now, and nothing is done."""
    now = house.clock()
    sealed = None
    if words:
        sealed = seal(await house.keys.patient(clinic.id, card.patient_id), words, _words_place(card))
    # A confirmed one is a booking like every other, and whoever listens for those hears of it now.
    topic = "booking.booked" if said is Answer.CONFIRMED else f"booking.{said}"

    async def work(db: AsyncSession) -> bool:
        if not await asking.answer(db, card, said, now, by, words_sealed=sealed, times=times):
            return False
        note(db, desk.entry_of(clinic, card.id, f"booking.{said}", by), now)
        desk.tell_both(db, topic, card.id, card.sequence + 1, now)
        return True

    return await desk.unit_and_nudge(house, card, work)


async def release(house: House, job: Job) -> None:
    """At the end of its time: whoever still waits for an answer is told that there is none, once."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["booking"])))
    if found is None:
        return
    card, clinic = found
    if card.asked and card.answer_by and card.answer_by <= house.clock():
        await answer(house, clinic, card, Answer.RELEASED, By("clock"))


async def words_of(house: House, card: BookingCard, reply: Reply) -> str:
    """What the clinic wrote."""
    if reply.words_sealed is None:
        return ""
    return unseal(await house.keys.patient(card.clinic_id, card.patient_id), reply.words_sealed, _words_place(card))


def _words_place(card: BookingCard) -> Place:
    return Place(card.clinic_id, card.patient_id, "booking_requests", card.id, "words")


async def _load(db: AsyncSession, booking_id: UUID) -> tuple[BookingCard, Clinic] | None:
    card = await store.booking_for_visit(db, booking_id)
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    return (card, clinic) if card and clinic else None


JOBS = {"booking.answer_due": release}
