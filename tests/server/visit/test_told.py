"""That somebody arrived, and that a visit ended, is left for whoever must hear of it: once each."""

from collections import Counter

import httpx2
import pytest
from sqlalchemy import select

from server.house import House
from server.outbox import OutboxRow
from tests.server.visit.conftest import Jo

pytestmark = pytest.mark.asyncio


async def test_arrival_and_end_are_told_once_each(house: House, jo: Jo, mara: httpx2.AsyncClient) -> None:
    for _ in range(2):
        assert (await jo.arrive()).status_code == 303
    await mara.post(f"{jo.staff_url}/admit")
    for _ in range(2):
        await mara.post(f"{jo.staff_url}/end")
    rows = await house.db.read(lambda db: db.execute(select(OutboxRow.topic, OutboxRow.payload)))
    told = [(topic, payload["booking"]) for topic, payload in rows if topic in {"visit.arrived", "visit.ended"}]
    assert Counter(topic for topic, _ in told) == {"visit.arrived": 1, "visit.ended": 1}
    assert {booking for _, booking in told} == {str(jo.made.card.id)}
