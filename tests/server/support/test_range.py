"""Who waits reads when somebody was there for those before them: as it went, and nothing where too little is known."""

import re
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.support.tables import SupportAsk
from server.visit.estimate.rules import ENOUGH
from tests.server.support.conftest import asks, waiting

pytestmark = pytest.mark.asyncio
SAYS = "As it went before, somebody is there for you between"
MINUTE = timedelta(minutes=1)


async def waited(house, spans: list[timedelta]) -> None:
    """So many asked an hour ago, and waited so long until somebody took them."""
    row = (await asks(house))[0]
    plain = {one.name: getattr(row, one.name) for one in SupportAsk.__table__.columns}
    since: datetime = plain["asked_at"] - timedelta(hours=1)

    async def work(db) -> None:
        for number, span in enumerate(spans):
            own = {"id": UUID(int=number + 1), "token_hash": bytes([number]) * 32, "open_of": None, "state": "ended"}
            over = {"asked_at": since, "first_taken_at": since + span, "ended_at": since + span}
            db.add(SupportAsk(**{**plain, **own, **over}))

    await house.db.unit(work)


async def test_the_range_holds_four_fifths_of_how_long_others_waited(house, clock, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    assert SAYS not in await robin.page(), "nobody waited before"
    await waited(house, [number * MINUTE for number in range(1, ENOUGH + 1)])
    found = re.search(rf"{SAYS} (\d\d):(\d\d) and (\d\d):(\d\d)", await robin.page())
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    asked = clock.now.astimezone(ZoneInfo("Europe/Berlin"))
    assert (start - asked.hour * 60 - asked.minute, end - asked.hour * 60 - asked.minute) == (2, 19)
    clock.now += 5 * MINUTE
    assert SAYS not in await robin.page(), "of those who waited longer still there are too few to say it"


async def test_of_too_few_it_says_nothing(house, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    await waited(house, [number * MINUTE for number in range(1, ENOUGH)])
    assert SAYS not in await robin.page()
