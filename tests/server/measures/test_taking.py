"""Answers of pages that stand open beside each other, on either engine: what speaks of danger keeps its value, is as
loud as any, and calls once for each time that it was said.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Database
from server.house import House
from server.measures import store
from server.measures.late.keeping import Late, keep_late
from server.measures.risk.history import history_of
from server.measures.risk.store import answer
from server.measures.sheets import Kept, Overtaken
from server.measures.tables import Measure, MeasureAnswer, MeasureFlag
from server.measures.taking import RESENT, Tap, keep_answer, keep_answers
from server.safety.alerts.tables import Alert
from tests.server.conftest import Clock
from tests.server.measures.asked import sheet_of
from tests.server.measures.test_sheets import a_booking

pytestmark = pytest.mark.asyncio


async def weights(house: House) -> list[str]:
    return sorted(await house.db.read(lambda db: db.scalars(select(MeasureFlag.weight))))


async def calling(house: House) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(Alert.kind).where(Alert.closed_at.is_(None)))))


async def said(house: House, card) -> list[tuple[int, bool, bool]]:
    """(value, whether it calls, whether another page was faster) of each answer that the risk page shows."""
    measure_id = await house.db.read(lambda db: db.scalar(select(Measure.id)))
    found = await history_of(house, card.clinic_id, card.patient_id, measure_id)
    return sorted((one.value, one.loud, one.overtaken) for one in found)


async def test_a_worse_answer_of_another_open_page_is_kept_and_calls_as_loudly_as_it_is(either_house: House) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    assert isinstance(await keep_answer(either_house, card, old, "phq9_9", 1, 1), Kept)
    assert await calling(either_house) == ["risk"]
    overtaken = await keep_answer(either_house, card, old, "phq9_9", 3, 1)
    assert overtaken == Overtaken(1, 1)
    assert (await sheet_of(either_house, card)).answers == {"phq9_9": 1}
    assert await weights(either_house) == ["risk", "urgent"]
    assert await calling(either_house) == ["urgent"]
    assert await said(either_house, card) == [(1, True, False), (3, True, True)]


async def test_what_stands_is_not_called_loud_for_what_overtook_it_not(either_house: House) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_9", 0, 1)
    await keep_answer(either_house, card, old, "phq9_9", 2, 1)
    assert await said(either_house, card) == [(0, False, False), (2, True, True)]


async def test_the_page_whose_answer_stands_goes_on_as_if_the_other_were_not(either_house: House) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_9", 1, 1)
    await keep_answer(either_house, card, old, "phq9_9", 3, 1)
    now = await sheet_of(either_house, card)
    assert now.given["phq9_9"].number == 1
    assert await keep_answer(either_house, card, now, "phq9_9", 0, 2) == Kept(2, 8, done=False)


async def test_what_is_sent_again_calls_once_and_what_is_said_again_calls_again(
    either_house: House, clock: Clock
) -> None:
    card, first, second = await a_booking(either_house), uuid4(), uuid4()
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_9", 0, 1)
    for _ in range(3):
        await keep_answer(either_house, card, old, "phq9_9", 3, 1, first)
    assert await weights(either_house) == ["urgent"]
    await keep_answer(either_house, card, old, "phq9_9", 3, 1, second)
    assert await weights(either_house) == ["urgent"] * 2
    for _ in range(2):
        await keep_answer(either_house, card, old, "phq9_9", 1, 1)
    assert await weights(either_house) == ["risk", "urgent", "urgent"]
    clock.now += RESENT
    await keep_answer(either_house, card, old, "phq9_9", 1, 1)
    assert await weights(either_house) == ["risk", "risk", "urgent", "urgent"]


async def test_whoever_looked_after_it_is_called_again_by_an_old_page_that_says_it_later(
    either_house: House, clock: Clock
) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_9", 3, 1, uuid4())
    measure_id = await either_house.db.read(lambda db: db.scalar(select(Measure.id)))
    await either_house.db.unit(lambda db: answer(db, [measure_id], card.therapist_id, clock()))
    assert await calling(either_house) == []
    clock.forward(days=1)
    assert await keep_answer(either_house, card, old, "phq9_9", 3, 1, uuid4()) == Kept(1, 9, done=False)
    assert await calling(either_house) == ["urgent"]


async def test_an_id_that_another_answer_has_loses_nothing(either_house: House) -> None:
    card, own = await a_booking(either_house), uuid4()
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_1", 1, 1, own)
    assert isinstance(await keep_answer(either_house, card, old, "phq9_9", 2, 1, own), Kept)
    assert (await sheet_of(either_house, card)).answers == {"phq9_1": 1, "phq9_9": 2}
    assert await weights(either_house) == ["urgent"]


async def test_the_rest_of_a_form_is_kept_where_one_of_it_is_overtaken(either_house: House) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    await keep_answer(either_house, card, old, "phq9_1", 0, 1)
    found = await keep_answers(either_house, card, old, [Tap("phq9_1", 3, 1), Tap("phq9_9", 3, 1)])
    assert found == {"phq9_1": Overtaken(1, 0), "phq9_9": Kept(1, 8, done=False)}
    assert await calling(either_house) == ["urgent"]


async def test_two_nodes_that_take_the_same_number_at_once_keep_both_and_call_as_for_the_worse(
    either_house: House,
) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)
    other = replace(either_house, db=Database(either_house.settings.data_url))
    nodes = [either_house, other] * 3
    both = await asyncio.gather(
        *(keep_answer(node, card, old, "phq9_9", value, 1) for node, value in zip(nodes, [1, 2, 3] * 2, strict=True))
    )
    await other.db.close()
    assert len([one for one in both if isinstance(one, Overtaken)]) >= 4
    values = [value for value, loud, _ in await said(either_house, card) if loud]
    assert values == [1, 2, 3]
    assert await weights(either_house) == ["risk", "urgent", "urgent"]
    assert await calling(either_house) == ["urgent"]
    counts = select(MeasureAnswer.id).where(MeasureAnswer.overtaken.is_(False))
    assert len(list(await either_house.db.read(lambda db: db.scalars(counts)))) == 1


async def test_what_staff_entered_meanwhile_is_not_mixed_with_what_the_patient_answers(either_house: House) -> None:
    card = await a_booking(either_house)
    old = await sheet_of(either_house, card)

    async def entered(db: AsyncSession) -> None:
        ids = (card.clinic_id, card.patient_id, card.id)
        await store.ask(db, ids, "phq9", old.version_id, either_house.clock(), entered=card.therapist_id)

    await either_house.db.unit(entered)
    assert isinstance(await keep_answer(either_house, card, old, "phq9_9", 3, 1), Kept)
    late = Late(uuid4(), timedelta(minutes=1), None)
    assert isinstance(await keep_late(either_house, card, old, ("phq9_9", 1), late), Kept)
    assert await said(either_house, card) == [(1, True, True), (3, True, True)]
    assert await calling(either_house) == ["urgent"]
