"""Answers as rows, on either engine: each once, under the number its page gave it, sealed; danger is never lost."""

import asyncio

import pytest
from sqlalchemy import func, select

from server.booking.store import booking_for_visit
from server.house import House
from server.measures.danger import RISK
from server.measures.rules import Weight
from server.measures.sheets import Kept, Overtaken, Stage, finish, sheets_of
from server.measures.store import last_finished, measures_for
from server.measures.tables import MeasureAnswer, MeasureFlag
from server.measures.taking import keep_answer
from server.outbox import OutboxRow
from tests.server.booking.linden import booked, seed
from tests.server.measures.asked import answer_all, sheet_of, use

pytestmark = pytest.mark.asyncio


async def a_booking(house: House, **asks: str):
    linden = await seed(house)
    await use(house, linden.clinic.id, **(asks or {"phq9": "intake"}))
    made = await booked(house, linden)
    return await house.db.read(lambda db: booking_for_visit(db, made.card.id))


async def count(house: House, table: type) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table)))


async def give(house: House, card, item: str, value: int, number: int):
    return await keep_answer(house, card, await sheet_of(house, card), item, value, number)


async def test_an_answer_is_kept_and_read_back_with_the_patients_key_alone(either_house: House) -> None:
    card = await a_booking(either_house)
    kept = await give(either_house, card, "phq9_1", 2, 1)
    assert kept == Kept(1, 9, done=False)  # eight of the nine, and the one that asks how hard it is
    sheet = await sheet_of(either_house, card)
    assert (sheet.answers, sheet.stage) == ({"phq9_1": 2}, Stage.HALF)
    await either_house.keys.destroy(card.patient_id)
    assert (await sheet_of(either_house, card)).answers == {}


async def test_the_same_answer_again_is_the_same_row(either_house: House) -> None:
    card = await a_booking(either_house)
    for _ in range(3):
        assert isinstance(await give(either_house, card, "phq9_1", 2, 1), Kept)
    old = await sheet_of(either_house, card)
    sent_twice = await asyncio.gather(*(keep_answer(either_house, card, old, "phq9_2", 1, 1) for _ in range(4)))
    assert all(isinstance(one, Kept) for one in sent_twice)
    assert await count(either_house, MeasureAnswer) == 2


async def test_a_later_answer_of_its_page_counts_and_an_older_one_is_overtaken(either_house: House) -> None:
    card = await a_booking(either_house)
    await give(either_house, card, "phq9_1", 2, 1)
    assert isinstance(await give(either_house, card, "phq9_1", 0, 2), Kept)
    assert await give(either_house, card, "phq9_1", 3, 2) == Overtaken(2, 0)
    assert await give(either_house, card, "phq9_1", 2, 1) == Overtaken(2, 0)
    assert (await sheet_of(either_house, card)).answers == {"phq9_1": 0}


async def test_of_two_pages_with_the_same_number_one_is_kept(either_house: House) -> None:
    card = await a_booking(either_house)
    before = await sheet_of(either_house, card)
    both = await asyncio.gather(*(keep_answer(either_house, card, before, "phq9_1", value, 1) for value in (1, 3)))
    kinds = sorted(type(one).__name__ for one in both)
    assert kinds == ["Kept", "Overtaken"]
    assert await count(either_house, MeasureAnswer) == 1


async def test_answers_that_come_all_at_once_as_a_page_is_left_finish_it_too(either_house: House) -> None:
    card = await a_booking(either_house)
    before = await sheet_of(either_house, card)
    items = [item.id for item in before.instrument.items]
    both = [(item, 1) for item in items if item != items[0]]
    await keep_answer(either_house, card, before, items[0], 1, 1)
    old = await sheet_of(either_house, card)
    await asyncio.gather(*(keep_answer(either_house, card, old, item, value, 1) for item, value in both))
    assert (await sheet_of(either_house, card)).stage is Stage.DONE


async def test_the_last_answer_finishes_it(either_house: House) -> None:
    card = await a_booking(either_house)
    await answer_all(either_house, card, "110000000")
    assert (await sheet_of(either_house, card)).stage is Stage.HALF
    await answer_all(either_house, card, ".........0")
    assert (await sheet_of(either_house, card)).stage is Stage.DONE


async def test_who_leaves_some_open_may_say_that_they_are_done_twice(either_house: House) -> None:
    card = await a_booking(either_house)
    await answer_all(either_house, card, "11")
    for _ in range(2):
        await finish(either_house, card, await sheet_of(either_house, card))
    assert (await sheet_of(either_house, card)).stage is Stage.DONE


async def test_danger_stands_in_the_same_transaction_once_for_each_answer_and_is_never_taken_back(
    either_house: House,
) -> None:
    card = await a_booking(either_house)
    for _ in range(2):
        await give(either_house, card, "phq9_9", 1, 1)
    await give(either_house, card, "phq9_9", 0, 2)
    await give(either_house, card, "phq9_9", 3, 3)

    async def rows(db):
        flags = list(await db.scalars(select(MeasureFlag).order_by(MeasureFlag.number)))
        return flags, list(await db.scalars(select(OutboxRow).where(OutboxRow.topic == RISK)))

    flags, jobs = await either_house.db.read(rows)
    assert [(flag.number, flag.weight, flag.seen_at) for flag in flags] == [
        (1, Weight.RISK, None),
        (3, Weight.URGENT, None),
    ]
    assert {job.payload["flag"] for job in jobs} == {str(flag.id) for flag in flags}
    assert not [job for job in jobs if "phq9" in str(job.payload)]


async def test_danger_that_another_page_overtook_is_kept_all_the_same(either_house: House) -> None:
    card = await a_booking(either_house)
    await give(either_house, card, "phq9_9", 0, 5)
    assert await give(either_house, card, "phq9_9", 2, 1) == Overtaken(5, 0)
    assert await count(either_house, MeasureFlag) == 1


async def test_who_asks_nothing_has_nothing_and_a_cancelled_booking_asks_nothing(either_house: House) -> None:
    card = await a_booking(either_house, gad7="hand")
    assert await sheets_of(either_house, card, either_house.clock()) == []


async def test_a_new_version_of_a_measure_leaves_what_was_begun_as_it_was(either_house: House) -> None:
    card = await a_booking(either_house)
    await give(either_house, card, "phq9_1", 2, 1)
    await use(either_house, card.clinic_id, gad7="visit")  # and no PHQ-9 any more
    sheet = await sheet_of(either_house, card)
    assert (sheet.instrument.name, sheet.answers) == ("PHQ-9", {"phq9_1": 2})


async def test_the_total_is_there_though_a_question_that_does_not_count_is_open(either_house: House, clock) -> None:
    card = await a_booking(either_house)
    await answer_all(either_house, card, "11111111")
    first = clock()

    async def row():
        return (await either_house.db.read(lambda db: measures_for(db, [card.id])))[card.id][0]

    assert ((await row()).totalled_at, (await row()).came_at) == (None, None)
    clock.forward(minutes=1)
    await give(either_house, card, "phq9_9", 1, 1)
    at = clock()
    assert at > first
    assert ((await row()).totalled_at, (await row()).finished_at, (await row()).came_at) == (at, None, at)
    assert await either_house.db.read(lambda db: last_finished(db, [card.patient_id])) == {
        card.patient_id: [("phq9", at)]
    }
    clock.forward(minutes=1)
    await give(either_house, card, "phq9_difficulty", 1, 1)
    assert ((await row()).finished_at, (await row()).came_at) == (clock(), at), "the first time counts"
