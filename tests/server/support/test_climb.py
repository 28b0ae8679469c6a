"""Somebody who waits is called for step by step, once each, over restarts and on two nodes; exactly one takes them."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.config import Settings
from server.house import House
from server.outbox import OutboxRow
from server.safety.alerts.tables import AlertRung
from server.safety.roster import store as roster
from server.support import changing, store
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.support.conftest import BOARD, asks, base, switch_on, waiting
from tests.server.visit.conftest import add_staff
from tests.server.visit.node import Node

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def rungs(house: House) -> Counter[str]:
    return Counter(await house.db.read(lambda db: db.scalars(select(AlertRung.rung))))


async def called(house: House) -> Counter[tuple[str, str]]:
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == "support.call")))
    return Counter((row.payload["rung"], row.payload["staff"]) for row in rows)


async def test_each_step_comes_once_through_restarts_on_two_nodes(
    house: House, on: Linden, clock: Clock, browsers, mailer
) -> None:
    dana = await add_staff(house, on.clinic.id, Role.FRONT_DESK)
    await house.db.unit(lambda db: join(db, dana, house.clock()))
    robin = await waiting(browsers, name="Robin")
    begun, came = clock.now, dict[str, int]()
    nodes = [Node(house), Node(house)]
    for second in range(0, 661, 30):
        clock.now = begun + timedelta(seconds=second)
        before = await rungs(house)
        await asyncio.gather(*(node.climber.run_due() for node in nodes for _ in range(2)))
        came |= dict.fromkeys(await rungs(house) - before, second)
        if second % 120 == 0:
            await nodes[second // 120 % 2].restart()
    assert came == {"on_call": 0, "again": 60, "lead": 180, "hand_over": 600}
    assert set((await rungs(house)).values()) == {1}
    everybody = [who.hex for who in (on.mara.staff_id, on.samir.staff_id)]
    told = [(rung, who) for rung in ("on_call", "again", "hand_over") for who in everybody]
    told += [("lead", dana.hex), ("hand_over", dana.hex)]
    assert await called(house) == Counter(told)
    page = await robin.page()
    assert "Nobody has answered yet." in page
    assert "tel:08001110111" in page
    assert (await asks(house))[0].offered_at == begun + timedelta(minutes=10)
    await house.outbox.run_due()
    letters = [letter for letter in mailer.sent if letter.link.endswith(BOARD)]
    assert len(letters) == len(told)
    assert not [letter for letter in letters if "Robin" in letter.text + letter.subject]


async def test_of_two_nodes_exactly_one_takes_somebody_and_nobody_is_called_any_more(
    house: House, on: Linden, clock: Clock, browsers
) -> None:
    nodes = [Node(house), Node(house)]
    for name in ("Robin", "Kim"):
        await waiting(browsers, name=name)
        ask = (await asks(house))[-1]
        tries = [
            node.database.unit(partial(changing.take, ask_id=ask.id, staff_id=who, now=clock.now))
            for node in nodes
            for who in (on.mara.staff_id, on.samir.staff_id)
            for _ in range(2)
        ]
        assert sum(await asyncio.gather(*tries)) == 1
    clock.now += timedelta(minutes=1)
    await house.alerts.run_due()
    assert await rungs(house) == {}
    for node in nodes:
        await node.database.close()


async def test_danger_is_offered_a_line_at_once_and_called_for_though_they_leave(
    house: House, on: Linden, clock: Clock, browsers
) -> None:
    kim = await waiting(browsers, name="Kim", safe="no")
    await kim.browser.post(f"{kim.url}/leave")
    came = {}
    for second in (0, 30, 60, 120):
        clock.now += timedelta(seconds=second - max(came.values(), default=0))
        before = await rungs(house)
        await house.alerts.run_due()
        came |= dict.fromkeys(await rungs(house) - before, second)
    assert came == {"on_call": 0, "again": 30, "lead": 60, "hand_over": 120}


async def test_who_is_in_danger_reads_that_nobody_answered_and_keeps_every_number(
    house: House, on: Linden, clock: Clock, browsers
) -> None:
    kim = await waiting(browsers, name="Kim", safe="no")
    assert "Nobody has answered yet." not in await kim.page()
    clock.now += timedelta(minutes=2)
    await house.alerts.run_due()
    page = await kim.page()
    assert "Nobody has answered yet." in page
    assert "You said that you are not safe" in page
    assert "tel:112" in page
    assert "I talk to somebody else now" in page


async def test_when_the_shift_ends_those_who_wait_read_so_and_who_leads_is_told(
    house: House, linden: Linden, clock: Clock, browsers
) -> None:
    await switch_on(house, linden)
    ana = await add_staff(house, linden.clinic.id, Role.ADMIN)
    await house.db.unit(lambda db: join(db, ana, house.clock()))
    robin = await waiting(browsers, name="Robin")

    async def nobody(db) -> None:
        for row in await roster.kept(db, linden.clinic.id):
            await roster.drop(db, linden.clinic.id, [row.id])

    await house.db.unit(nobody)
    page = await robin.page()
    assert "Nobody is on call any more." in page
    assert "do not rely on it" in page
    await house.alerts.run_due()
    assert [rung for rung, _ in await called(house)] == ["on_call"]
    assert await house.db.read(lambda db: store.line(db, linden.clinic.id))
    assert (await base(house)).startswith(BOARD)
