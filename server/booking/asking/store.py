"""Queries of bookings that were asked for, values in and out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims, store
from server.booking.asking.rules import Answer, Reply
from server.booking.asking.tables import BookingRequest
from server.booking.cards import open_requests
from server.booking.hours import floor, moment
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Cancellation

_BY_CLINIC = (Cancellation.by_kind == "staff", Cancellation.taken_id.is_(None))

__all__ = ["answer", "ask", "claim_another", "claim_time", "may_take_another", "open_requests", "reply_of"]


async def ask(db: AsyncSession, clinic_id: UUID, booking_id: UUID, answer_by: datetime) -> None:
    """Beside the booking that was just added: it is asked for, and not yet confirmed."""
    values = {"booking_id": booking_id, "clinic_id": clinic_id, "answer_by": answer_by}
    await db.execute(insert(BookingRequest).values(values))


async def answer(
    db: AsyncSession,
    card: BookingCard,
    said: Answer,
    now: datetime,
    by: By,
    *,
    words_sealed: bytes | None = None,
    times: Sequence[datetime] = (),
) -> bool:
    """Confirm, or end it and free its time; False, with nothing written, when it was answered or changed meanwhile."""
    if not card.asked:
        return False
    if said is Answer.CONFIRMED:
        if card.seats > 1:  # as everybody does who changes somebody in a group: it may be about to move as a whole
            await claims.queue_for(db, {card.therapist_id})
        done = await store.next_sequence(db, card)
    else:
        done = await store.cancel(db, card, now, by)
    if not done:
        return False
    values = {
        "answered_at": now,
        "answer": said,
        "by_id": by.id,
        "words_sealed": words_sealed,
        "other_times": [floor(start) for start in times] or None,
    }
    await db.execute(update(BookingRequest).where(BookingRequest.booking_id == card.id).values(values))
    return True


async def reply_of(db: AsyncSession, booking_id: UUID) -> Reply | None:
    """What the clinic said; None while it has not, or where it was never asked."""
    row = await db.get(BookingRequest, booking_id)
    if row is None or row.answer is None:
        return None
    times = tuple(moment(int(at)) for at in row.other_times or ())
    return Reply(Answer(row.answer), row.words_sealed, times, row.taken_id)


async def may_take_another(db: AsyncSession, booking_id: UUID) -> bool:
    """Whether the clinic cancelled this booking, and its patient has not taken another time instead."""
    asked = select(Cancellation.booking_id).where(Cancellation.booking_id == booking_id, *_BY_CLINIC)
    return (await db.scalar(asked)) is not None


async def claim_another(db: AsyncSession, booking_id: UUID, taken_id: UUID) -> bool:
    """Say which booking came instead of one that the clinic cancelled; False when there is one already."""
    taken = update(Cancellation).where(Cancellation.booking_id == booking_id, *_BY_CLINIC).values(taken_id=taken_id)
    return (await db.scalar(taken.returning(Cancellation.booking_id))) is not None


async def claim_time(db: AsyncSession, booking_id: UUID, taken_id: UUID) -> bool:
    """Say which booking came of the times that were proposed; False when there is one already."""
    taken = (
        update(BookingRequest)
        .where(BookingRequest.booking_id == booking_id, BookingRequest.taken_id.is_(None))
        .values(taken_id=taken_id)
        .returning(BookingRequest.booking_id)
    )
    return (await db.scalar(taken)) is not None
