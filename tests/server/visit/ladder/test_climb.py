"""Each waiter climbs alone, each rung once: over restarts, on two nodes, on both engines."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.reach.store import Reach, seal_phone, set_reach
from server.accounts.store import join
from server.booking import store as booking
from server.booking.store import By
from server.config import Settings
from server.house import House
from server.outbox import OutboxRow
from server.safety.alerts.tables import Alert, AlertRung
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, with_link
from tests.server.visit.node import Node

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


@pytest_asyncio.fixture
async def dana(house: House, linden: Linden):
    """The front desk of the clinic."""
    staff_id = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    await house.db.unit(lambda db: join(db, staff_id, house.clock()))
    return staff_id


async def rungs(house: House) -> Counter[str]:
    found = await house.db.read(lambda db: db.execute(select(AlertRung.alert_id, AlertRung.rung)))
    return Counter(f"{alert}:{rung}" for alert, rung in found)


async def calls(house: House) -> Counter[str]:
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == "waiting.call")))
    return Counter(f"{row.payload['alert']}:{row.payload['rung']}:{row.payload['staff']}" for row in rows)


async def test_time_walks_through_restarts_on_two_nodes_and_each_rung_comes_once(
    house: House, linden: Linden, jo: Jo, dana, browsers: Browsers, clock: Clock
) -> None:
    ola = await with_link(
        await booked(house, linden, START, therapist=linden.samir.staff_id, name="Ola", mail="ola@example.org"),
        await browsers(),
    )
    clock.now = START
    await jo.arrive()
    nodes = [Node(house), Node(house)]
    came: dict[str, int] = {}
    for second in range(0, 801, 10):
        clock.now = START + timedelta(seconds=second)
        if second == 100:
            await ola.arrive()
        before = await rungs(house)
        await asyncio.gather(*(node.climber.run_due() for node in nodes for _ in range(2)))
        came |= dict.fromkeys(await rungs(house) - before, second)
        if second % 90 == 0:
            await nodes[second // 90 % 2].restart()
    assert set((await rungs(house)).values()) == {1}
    assert sorted(came.values()) == [0, 60, 100, 160, 180, 280, 600, 700], "every waiter for itself, at its time"
    assert set((await calls(house)).values()) == {1}
    assert Counter(key.split(":")[1] for key in await calls(house)) == {"therapist": 2, "colleague": 2}
    for node in nodes:
        await node.database.close()


async def test_nobody_ran_for_twenty_minutes_and_then_each_rung_comes_once(
    house: House, jo: Jo, dana, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    clock.forward(minutes=20)
    nodes = [Node(house), Node(house)]
    await asyncio.gather(*(node.climber.run_due() for node in nodes for _ in range(3)))
    assert sorted(key.split(":")[1] for key in (await rungs(house)).elements()) == [
        "colleague",
        "offer",
        "page",
        "therapist",
    ]
    for node in nodes:
        await node.database.close()


async def climb_for(house: House, clock: Clock, seconds: int) -> list[str]:
    """Moves the clock and lets the house climb; returns the rungs reached so far."""
    clock.forward(seconds=seconds)
    await house.alerts.run_due()
    return sorted(key.split(":")[1] for key in await rungs(house))


async def test_who_comes_early_calls_nobody_before_their_time(house: House, jo: Jo, dana, clock: Clock) -> None:
    clock.now = START - timedelta(minutes=14)
    await jo.arrive()
    assert await climb_for(house, clock, 14 * 60 - 1) == []
    assert await climb_for(house, clock, 1) == ["page"]
    assert await climb_for(house, clock, 60) == ["page", "therapist"]


async def test_stepping_away_stops_the_clock_and_coming_back_lets_it_run_on(
    house: House, jo: Jo, dana, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    assert await climb_for(house, clock, 30) == ["page"]
    await jo.browser.post(f"{jo.url}/leave")
    assert await climb_for(house, clock, 3600) == ["page"]
    await jo.browser.post(f"{jo.url}/come-back")
    assert await climb_for(house, clock, 29) == ["page"]
    assert await climb_for(house, clock, 1) == ["page", "therapist"]


async def test_who_is_let_in_calls_nobody_any_more(house: House, jo: Jo, mara: Browser, dana, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    await climb_for(house, clock, 1)
    await mara.post(f"{jo.staff_url}/admit")
    assert await climb_for(house, clock, 3600) == ["page"]
    closed = await house.db.read(lambda db: db.scalar(select(Alert.closed_why)))
    assert closed == "admitted"


async def test_who_was_sent_back_is_known_to_wait_for_five_minutes(
    house: House, jo: Jo, mara: Browser, dana, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/send-back")
    assert await climb_for(house, clock, 300) == ["page"]
    assert await climb_for(house, clock, 60) == ["page", "therapist"]


async def test_a_cancelled_booking_calls_nobody(house: House, jo: Jo, dana, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    card = await house.db.read(lambda db: booking.booking_for_visit(db, jo.made.card.id))
    await house.db.unit(lambda db: booking.cancel(db, card, clock(), By("staff")))
    assert await climb_for(house, clock, 3600) == []
    assert await house.db.read(lambda db: db.scalar(select(Alert.closed_why))) == "over"


async def test_a_mail_says_that_somebody_waits_and_nothing_else(
    house: House, linden: Linden, jo: Jo, dana, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    await climb_for(house, clock, 60)
    await house.outbox.run_due()
    letter = next(letter for letter in house.mailer.sent if "waiting room" in letter.subject)
    assert letter.subject == "Somebody is in the waiting room since 15:00"
    assert letter.for_staff
    told = letter.subject + letter.text + letter.html
    assert not [word for word in ("Jo", "Almeida", "Mara", "therap") if word in told]


async def test_what_was_queued_is_not_sent_to_a_therapist_who_is_with_them_by_then(
    house: House, jo: Jo, mara: Browser, dana, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    await climb_for(house, clock, 180)
    await mara.post(f"{jo.staff_url}/admit")
    house.mailer.sent.clear()
    await house.outbox.run_due()
    assert [letter.subject for letter in house.mailer.sent if "wait" in letter.subject] == []


async def test_a_text_message_goes_to_who_wants_one(house: House, linden: Linden, jo: Jo, dana, clock: Clock) -> None:
    ring = await house.keys.clinic(linden.clinic.id)
    reach = Reach(
        linden.mara.staff_id, mail=False, sms=True, phone_sealed=seal_phone(ring, linden.mara.staff_id, "+4930")
    )
    await house.db.unit(lambda db: set_reach(db, reach))
    clock.now = START
    await jo.arrive()
    await climb_for(house, clock, 60)
    await house.outbox.run_due()
    (sms,) = house.texter.sent
    assert (sms.to, sms.words) == ("+4930", "Somebody is in the waiting room since 15:00. http://testserver/staff")
    assert not [letter for letter in house.mailer.sent if "waiting" in letter.subject]
