"""Who looks after an alert while a louder answer is on its way: the louder one goes on calling."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.measures import store
from server.measures.risk import store as risk
from server.measures.rules import Weight
from server.measures.tables import Measure
from server.measures.taking import keep_answer
from server.safety.alerts.rules import Alert
from tests.server.booking.conftest import either_house, linden, new_database
from tests.server.measures.asked import sheet_of
from tests.server.measures.test_sheets import a_booking

__all__ = ["either_house", "linden", "new_database"]
pytestmark = pytest.mark.asyncio
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


async def calling(house: House, measure_id) -> Alert | None:
    return (await house.db.read(lambda db: risk.open_for(db, [measure_id]))).get(measure_id)


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
async def test_whoever_takes_the_alert_of_a_milder_answer_takes_none_of_a_louder_that_comes_meanwhile(
    either_house: House,
) -> None:
    house, card = either_house, await a_booking(either_house)
    await keep_answer(house, card, await sheet_of(house, card), "phq9_9", 1, 1)
    measure_id = await house.db.read(lambda db: db.scalar(select(Measure.id)))
    milder = await calling(house, measure_id)
    assert milder
    began, goes = asyncio.Event(), asyncio.Event()

    async def louder(db: AsyncSession) -> None:
        await store.in_turn(db, measure_id)
        await risk.sound(db, card.clinic_id, measure_id, Weight.URGENT, house.clock())
        began.set()
        await goes.wait()

    async def taken() -> bool:
        await began.wait()
        _, answered = await house.db.unit(lambda db: risk.take(db, milder, card.therapist_id, house.clock()))
        return answered

    async def let_go() -> None:
        await began.wait()
        while not await house.db.read(lambda db: db.scalar(WAITS)):
            pass  # until the one who takes it waits for the answer
        goes.set()

    _, answered, _ = await asyncio.gather(house.db.unit(louder), taken(), let_go())
    found = await calling(house, measure_id)
    assert found
    assert (answered, found.kind) == (False, "urgent")
