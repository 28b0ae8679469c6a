"""Where an answer goes that nothing asks any more, and that two nodes at once make one of it, on either engine."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from server.booking.rules import BookingCard
from server.db import Database
from server.house import House
from server.measures.late.finding import sheet_for
from server.measures.late.keeping import Late, keep_late
from server.measures.schedule import AFTER
from server.measures.sheets import Sheet, sheets_of
from server.measures.tables import Measure, MeasureAnswer, MeasureFlag
from server.measures.taking import keep_answer
from server.safety.alerts.tables import Alert
from tests.server.conftest import Clock
from tests.server.measures.asked import sheet_of
from tests.server.measures.test_sheets import a_booking

pytestmark = pytest.mark.asyncio


async def counts(house: House) -> list[int]:
    """Measures, answers, flags and alerts."""
    tables = (Measure, MeasureAnswer, MeasureFlag, Alert)
    return [await house.db.read(lambda db, one=one: db.scalar(select(func.count()).select_from(one))) for one in tables]


async def unasked(house: House, card: BookingCard) -> Sheet:
    found = await sheet_for(house, card, "phq9", [], house.clock(), lambda _: True)
    assert found
    return found


async def late(house: House, card: BookingCard, sheet: Sheet, value: int, own: UUID) -> None:
    await keep_late(house, card, sheet, ("phq9_9", value), Late(own, timedelta(), None))


async def test_two_nodes_that_begin_what_nothing_asks_any_more_begin_it_once(either_house: House, clock: Clock) -> None:
    card = await a_booking(either_house)
    clock.now = card.ends_at + AFTER
    assert await sheets_of(either_house, card, clock.now) == []
    other, own = replace(either_house, db=Database(either_house.settings.data_url)), [uuid4(), uuid4()]
    first, second = await unasked(either_house, card), await unasked(other, card)
    assert (first.row, first.given) == (None, {})
    await asyncio.gather(
        late(either_house, card, first, 1, own[0]),
        late(other, card, second, 3, own[1]),
        late(other, card, second, 1, own[0]),
        keep_answer(either_house, card, first, "phq9_1", 1, 1, uuid4()),
        keep_answer(other, card, second, "phq9_2", 1, 1, uuid4()),
    )
    await other.db.close()
    assert (await counts(either_house))[:3] == [1, 4, 2]
    open_ = select(Alert.kind).where(Alert.closed_at.is_(None))
    assert list(await either_house.db.read(lambda db: db.scalars(open_))) == ["urgent"]
    assert set((await unasked(either_house, card)).given) == {"phq9_1", "phq9_2", "phq9_9"}


async def test_what_goes_both_ways_as_a_page_is_left_is_one_answer_and_calls_once(either_house: House) -> None:
    card, own = await a_booking(either_house), uuid4()
    other = replace(either_house, db=Database(either_house.settings.data_url))
    sheet = await sheet_of(either_house, card)
    await asyncio.gather(
        *(keep_answer(house, card, sheet, "phq9_9", 3, 1, own) for house in (either_house, other)),
        *(late(house, card, sheet, 3, own) for house in (other, either_house)),
    )
    await other.db.close()
    assert await counts(either_house) == [1, 1, 1, 1]
