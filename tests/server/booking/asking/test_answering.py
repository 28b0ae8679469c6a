"""Times that the clinic confirms first, on both engines: taken at once, answered once, released once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking import desk, store
from server.booking.asking.answering import answer, release, words_of
from server.booking.asking.instead import still_free, take
from server.booking.asking.rules import Answer
from server.booking.asking.store import open_requests, reply_of
from server.booking.deadlines import Change, may_cancel, may_move, staff_may_change
from server.booking.desk import Made, Order
from server.booking.rules import BookingCard, Refused, Wish
from server.booking.store import By
from server.booking.tables import Booking, Claim
from server.house import House
from server.outbox import Job, OutboxRow
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def asked(house: House, linden: Linden, start: datetime = THURSDAY, **more: Any) -> BookingCard:
    return (await booked(house, linden, start, asks=True, **more)).card


async def now_of(house: House, card: BookingCard) -> BookingCard:
    found = await house.db.read(lambda db: store.booking_for_visit(db, card.id))
    assert found
    return found


async def topics(house: House) -> list[str]:
    return sorted(await house.db.read(lambda db: _topics(db)))


async def _topics(db: Any) -> list[str]:
    return list(await db.scalars(select(OutboxRow.topic)))


async def claims(house: House) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Claim))) or 0


def due(card: BookingCard) -> Job:
    return Job(card.id, "booking.answer_due", {"booking": str(card.id)}, 1)


async def test_asking_takes_the_time_and_books_nothing_yet(either_house: House, practice: Linden) -> None:
    card = await asked(either_house, practice)
    assert card.asked
    assert card.answer_by == either_house.clock() + timedelta(hours=24)
    assert await topics(either_house) == ["booking.answer_due", "booking.asked", "booking.asked"]
    with pytest.raises(AssertionError, match="taken"):
        await booked(either_house, practice, name="Kim")
    policy, now = practice.clinic.policy, either_house.clock()
    assert may_move(card, policy, now) is Change.ASKED
    assert may_cancel(card, policy, now) is Change.ALLOWED
    assert staff_may_change(card, now) is Change.ASKED


async def test_a_confirmed_time_is_a_booking_like_every_other(either_house: House, practice: Linden) -> None:
    card = await asked(either_house, practice)
    assert await answer(either_house, practice.clinic, card, Answer.CONFIRMED, By("staff", practice.mara.staff_id))
    found = await now_of(either_house, card)
    assert (found.asked, found.answer, found.sequence) == (False, "confirmed", 1)
    assert (await topics(either_house)).count("booking.booked") == 2
    assert staff_may_change(found, either_house.clock()) is Change.ALLOWED
    assert not await answer(either_house, practice.clinic, found, Answer.DECLINED, By("staff"))
    assert await claims(either_house) == 1


async def test_of_two_answers_at_once_one_counts(either_house: House, practice: Linden) -> None:
    card = await asked(either_house, practice)
    said = [Answer.CONFIRMED, Answer.DECLINED] * 3
    outcomes = await asyncio.gather(*(answer(either_house, practice.clinic, card, one, By("staff")) for one in said))
    assert sum(outcomes) == 1
    found = await now_of(either_house, card)
    assert (found.cancelled_at is None) == (found.answer == "confirmed")
    assert await claims(either_house) == (1 if found.answer == "confirmed" else 0)


async def test_what_nobody_answers_is_released_once_and_both_are_told(either_house: House, practice: Linden) -> None:
    card = await asked(either_house, practice)
    await release(either_house, due(card))
    assert (await now_of(either_house, card)).asked, "not before its time"
    either_house.clock.forward(hours=24)  # type: ignore[attr-defined]
    await asyncio.gather(*(release(either_house, due(card)) for _ in range(4)))
    assert (await now_of(either_house, card)).answer == "released"
    assert (await topics(either_house)).count("booking.released") == 2
    assert await claims(either_house) == 0
    assert isinstance(await booked(either_house, practice, name="Kim"), Made)


async def test_what_was_answered_or_taken_back_is_not_released(either_house: House, practice: Linden) -> None:
    confirmed = await asked(either_house, practice)
    withdrawn = await asked(either_house, practice, THURSDAY + HOUR, name="Kim", mail="kim@example.org")
    assert await answer(either_house, practice.clinic, confirmed, Answer.CONFIRMED, By("staff"))
    assert await desk.cancel(either_house, practice.clinic, withdrawn, By("patient", withdrawn.patient_id))
    either_house.clock.forward(hours=24)  # type: ignore[attr-defined]
    for card in (confirmed, withdrawn):
        await release(either_house, due(card))
    assert "booking.released" not in await topics(either_house)
    assert (await now_of(either_house, confirmed)).cancelled_at is None
    assert await claims(either_house) == 1


async def test_open_requests_are_those_that_wait_the_most_urgent_first(either_house: House, practice: Linden) -> None:
    early = await asked(either_house, practice, THURSDAY - timedelta(days=2, hours=0))
    later = await asked(either_house, practice, name="Kim", therapist=practice.samir.staff_id)
    done = await asked(either_house, practice, THURSDAY + HOUR, name="Ana")
    assert await answer(either_house, practice.clinic, done, Answer.DECLINED, By("staff"))

    async def those(who: Any) -> list[Any]:
        cards = await either_house.db.read(lambda db: open_requests(db, practice.clinic.id, who))
        return [card.id for card in cards]

    assert await those(None) == [early.id, later.id]
    assert await those(practice.samir.staff_id) == [later.id]


async def test_words_are_sealed_and_other_times_are_taken_once(either_house: House, practice: Linden) -> None:
    card = await asked(either_house, practice)
    times = [THURSDAY + HOUR, THURSDAY + 4 * HOUR]
    assert await answer(either_house, practice.clinic, card, Answer.DECLINED, By("staff"), "I am away.", times)
    reply = await either_house.db.read(lambda db: reply_of(db, card.id))
    assert reply
    assert b"away" not in (reply.words_sealed or b"")
    assert await words_of(either_house, card, reply) == "I am away."
    assert await still_free(either_house, practice.clinic, card, reply) == times
    await booked(either_house, practice, times[0], name="Somebody Faster")
    assert await still_free(either_house, practice.clinic, card, reply) == times[1:]
    outcomes = await asyncio.gather(*(take(either_house, practice.clinic, card, times[1]) for _ in range(4)))
    assert len({one.card.id for one in outcomes if isinstance(one, Made)}) == 1
    made = next(one for one in outcomes if isinstance(one, Made))
    assert (made.card.patient_id, made.card.asked) == (card.patient_id, False)
    again = await take(either_house, practice.clinic, card, THURSDAY + 5 * HOUR)
    assert isinstance(again, Refused)
    reply = await either_house.db.read(lambda db: reply_of(db, card.id))
    assert reply
    assert reply.taken == made.card.id
    assert await still_free(either_house, practice.clinic, card, reply) == []


async def test_of_many_who_ask_for_one_time_and_book_it_one_has_it(either_house: House, practice: Linden) -> None:
    who = practice.mara.staff_id

    async def attempt(number: int) -> bool:
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        order = Order(practice.clinic, practice.session, hours_of(who), Wish(THURSDAY, who), person)
        return isinstance(await desk.book(either_house, replace(order, asks=number % 2 == 0), By()), Made)

    assert sum(await asyncio.gather(*(attempt(number) for number in range(20)))) == 1
    assert await either_house.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) == 1
