"""What a patient's page says of a time that was not possible."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.booking.asking.answering import words_of
from server.booking.asking.instead import free_instead, still_free
from server.booking.asking.rules import Answer
from server.booking.asking.store import reply_of
from server.booking.hours import floor
from server.booking.rules import BookingCard
from server.booking.week import value_of
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker


@dataclass(frozen=True)
class Answered:
    """`times`: (value, in words) of what the clinic proposed and nobody took, or of what is free near a time that it
    cancelled; `went`: some of what it proposed was taken."""

    answer: str
    words: str = field(repr=False)
    times: Sequence[tuple[str, str]]
    went: bool


async def answered(house: House, clinic: Clinic, card: BookingCard, say: Speaker) -> Answered | None:
    """The answer, where there was one; of a time that the clinic cancelled, what is free instead."""
    if card.answer is None or card.answer == Answer.CONFIRMED:
        near = await free_instead(house, clinic, card)
        return Answered(Answer.ENDED, "", _said(near, say), went=False) if near else None
    if card.answer not in {Answer.DECLINED, Answer.RELEASED}:
        return None
    reply = await house.db.read(lambda db: reply_of(db, card.id))
    if reply is None:
        return None
    free = await still_free(house, clinic, card, reply)
    words = await words_of(house, card, reply)
    return Answered(reply.answer, words, _said(free, say), went=len(free) < len(reply.times))


def _said(free: Sequence[datetime], say: Speaker) -> list[tuple[str, str]]:
    return [(value_of(floor(start)), say.at(start)) for start in free]
