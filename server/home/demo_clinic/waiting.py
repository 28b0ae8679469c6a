"""Who waits in the made-up clinic has no page: what it would say is said for them."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.visit import store as visits
from server.visit.rules import AWAY


async def keep_waiting(house: House) -> None:
    """Who waits in the made-up clinic has no page; here is what it would say, about as often."""
    while True:
        await say_they_wait(house)
        await asyncio.sleep(AWAY.total_seconds() / 3)


async def say_they_wait(house: House) -> None:
    """One beat of all who wait without a page."""

    async def work(db: AsyncSession) -> None:
        for visit_id in await visits.waiting_without_page(db):
            await visits.mark_patient(db, visit_id, house.clock())

    await house.db.unit(work)
