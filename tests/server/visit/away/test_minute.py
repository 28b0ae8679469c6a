"""The minute before anybody is told: the outbox runs all the while, as it does in a clinic."""

from datetime import timedelta

import pytest

from server.notify.mail import MemoryMailer
from server.visit.away.rules import UNDO
from tests.server.visit.away.test_pages import Afternoon, afternoon

__all__ = ["afternoon"]
pytestmark = pytest.mark.asyncio
SECOND = timedelta(seconds=1)


async def told(afternoon: Afternoon) -> int:
    """How much had been sent to anybody once the outbox has done all that is due."""
    while await afternoon.house.outbox.run_due():
        pass
    return len(afternoon.house.mailer.sent) + len(afternoon.house.texter.sent)  # type: ignore[attr-defined]


async def test_nobody_is_told_within_the_minute_and_everybody_after_it(
    afternoon: Afternoon, mailer: MemoryMailer
) -> None:
    where = await afternoon.go(await afternoon.page())
    assert await told(afternoon) == 0, "at once"
    afternoon.clock.now += UNDO - SECOND
    assert await told(afternoon) == 0, "in the last second of it"
    assert (await afternoon.mara.get(where)).text.count("Not told yet.") == 2
    afternoon.clock.now += SECOND
    assert await told(afternoon)
    assert "jo.almeida@example.org" in {letter.to for letter in mailer.sent}
    assert [sms.to for sms in afternoon.house.texter.sent] == ["+4930123456"]  # type: ignore[attr-defined]
    assert "Not told yet." not in (await afternoon.mara.get(where)).text


async def test_who_is_back_within_the_minute_was_told_of_to_nobody(afternoon: Afternoon) -> None:
    where = await afternoon.go(await afternoon.page())
    assert await told(afternoon) == 0
    afternoon.clock.now += UNDO - SECOND
    await afternoon.mara.post(f"{where}/undo")
    assert await told(afternoon) == 0
    afternoon.clock.now += 2 * UNDO
    assert await told(afternoon) == 0
    assert "The day is as it was" in (await afternoon.mara.get(where)).text


async def test_a_day_of_many_bookings_is_settled_in_one_press(afternoon: Afternoon) -> None:
    """A clinic of groups has more in one day than a form holds elsewhere."""
    fields = {"therapist": "mara-lind", "id": "7f1c50a2a0f04f6c9d0a4d3d1c6b7a10"}
    fields |= {f"choice-another{number}": "offer" for number in range(300)}
    mine = f"choice-{afternoon.jo.made.card.public_id}"
    answer = await afternoon.mara.post("/staff/away", data=fields | {mine: "samir-haddad"})
    assert answer.status_code == 303
    assert "Samir Haddad takes it." in (await afternoon.mara.get(answer.headers["location"])).text
