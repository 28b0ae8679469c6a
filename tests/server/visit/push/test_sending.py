"""Who agreed is knocked at once: over two nodes, without a word, signed; and never after it stopped being so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select
from starlette.applications import Starlette

from server.access import Role
from server.accounts.push.tables import PushDevice
from server.accounts.store import join
from server.app import alert_kinds, job_table
from server.db import Database
from server.house import House
from server.notify.push import WebPusher, vapid
from server.outbox import Outbox
from server.safety.alerts.loop import Climber
from server.visit.ladder.rules import USUAL, WaitingRules
from server.visit.ladder.store import set_waiting_rules
from tests.engines.provider import Provider
from tests.engines.told_browser import Browser as Told
from tests.engines.told_browser import signed
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines):
    return on_both_engines


@pytest.fixture
def house(house: House, provider: Provider) -> House:
    """Whose push service is one on loopback."""
    key = vapid(house.keys.secret("web push"))
    return replace(
        house, pusher=WebPusher(key, "clinic@testserver", lambda endpoint: endpoint.startswith(provider.url))
    )


class Node:
    """One running copy: loops and connections of its own, the same rows."""

    def __init__(self, house: House) -> None:
        self.database = Database(house.settings.data_url)
        mine = replace(house, db=self.database)
        self.climber = Climber(self.database, house.clock, alert_kinds(mine))
        self.outbox = Outbox(self.database, house.clock, job_table(mine))

    async def run_due(self) -> None:
        await self.climber.run_due()
        await self.outbox.run_due()


@pytest_asyncio.fixture
async def nodes(house: House, app: Starlette) -> AsyncIterator[list[Node]]:
    both = [Node(house), Node(house)]
    yield both
    for node in both:
        await node.database.close()


async def run(nodes: list[Node]) -> None:
    """Everything due, on both at once, as often as it takes."""
    for _ in range(3):
        await asyncio.gather(*(node.run_due() for node in nodes))


@pytest_asyncio.fixture
async def turned_on(house: House, linden: Linden) -> None:
    await house.db.unit(lambda db: set_waiting_rules(db, linden.clinic.id, WaitingRules(push=True), USUAL))


@pytest_asyncio.fixture
async def told(jo: Jo, turned_on: None, mara: Browser, provider: Provider, clock: Clock) -> Told:
    """Jo waits, and her phone agreed."""
    clock.now = START
    await jo.arrive()
    phone = Told()
    assert (await jo.browser.post(f"{jo.url}/devices", data=phone.fields(f"{provider.url}/jo"))).status_code == 200
    return phone


async def call(mara: Browser, jo: Jo) -> httpx2.Response:
    return await mara.post(f"/staff/waiting/{jo.made.card.public_id}/recall")


async def kept(house: House) -> int:
    return len(list(await house.db.read(lambda db: db.scalars(select(PushDevice.id)))))


async def test_who_is_called_back_is_knocked_at_once_and_without_a_word(
    house: House, jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node]
) -> None:
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    assert "Left no way" not in (await mara.get("/staff")).text
    await call(mara, jo)
    await call(mara, jo)
    await run(nodes)
    (got,) = provider.received
    assert (got.path, told.open(got.body)) == ("/jo", b"")
    public, claims = signed(got, "http://127.0.0.1")
    assert public == vapid(house.keys.secret("web push")).public
    assert (set(claims), claims["sub"]) == ({"aud", "exp", "sub"}, "mailto:clinic@testserver")


async def test_a_device_that_is_gone_is_forgotten_and_not_tried_again(
    house: House, jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node], clock: Clock
) -> None:
    provider.status = 410
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    await call(mara, jo)
    await run(nodes)
    assert (len(provider.received), await kept(house)) == (1, 0)
    clock.forward(minutes=6)
    await run(nodes)
    assert len(provider.received) == 1
    assert "Left no way to be called back." in (await mara.get("/staff")).text


async def test_a_service_that_is_busy_is_tried_again(
    jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node], clock: Clock
) -> None:
    provider.status = 503
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    await call(mara, jo)
    await run(nodes)
    provider.status = 201
    clock.forward(seconds=10)
    await run(nodes)
    assert [got.path for got in provider.received] == ["/jo", "/jo"]


async def test_who_is_back_by_then_is_left_alone(
    jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node]
) -> None:
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    await call(mara, jo)
    await jo.browser.post(f"{jo.url}/come-back")
    await run(nodes)
    assert provider.received == []


async def test_somebody_waits_a_minute_and_their_therapists_device_is_told_once(
    house: House, linden: Linden, jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node], clock: Clock
) -> None:
    desktop = Told()
    assert (await mara.post("/staff/devices", data=desktop.fields(f"{provider.url}/mara"))).status_code == 200
    clock.now = START + timedelta(seconds=59)
    await run(nodes)
    assert provider.received == []
    clock.forward(seconds=1)
    await run(nodes)
    (got,) = provider.received
    assert (got.path, desktop.open(got.body)) == ("/mara", b"")


async def test_the_desk_after_three_minutes_and_the_patient_after_ten(
    house: House, linden: Linden, jo: Jo, told: Told, browsers: Browsers, provider: Provider, nodes: list[Node],
    clock: Clock,
) -> None:  # fmt: skip
    staff_id = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    await house.db.unit(lambda db: join(db, staff_id, house.clock()))
    dana = await signed_in(house, await browsers(), staff_id)
    assert (await dana.post("/staff/devices", data=Told().fields(f"{provider.url}/dana"))).status_code == 200
    clock.now = START + timedelta(seconds=180)
    await run(nodes)
    assert [got.path for got in provider.received] == ["/dana"]
    clock.now = START + timedelta(seconds=600)
    await run(nodes)
    assert [got.path for got in provider.received] == ["/dana", "/jo"]


async def test_who_answered_is_not_told_of_it_any_more(
    jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node], clock: Clock
) -> None:
    await mara.post("/staff/devices", data=Told().fields(f"{provider.url}/mara"))
    clock.now = START + timedelta(seconds=60)
    await nodes[0].climber.run_due()
    await mara.post(f"/staff/waiting/{jo.made.card.public_id}/coming", data={"minutes": "5"})
    await run(nodes)
    assert provider.received == []


async def test_who_is_let_in_while_their_page_is_silent_is_told(
    jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node], clock: Clock
) -> None:
    await mara.post(f"{jo.staff_url}/admit")
    await run(nodes)
    assert provider.received == [], "their page is open and says it"
    await mara.post(f"{jo.staff_url}/send-back")
    clock.forward(seconds=40)
    await mara.post(f"{jo.staff_url}/admit")
    await run(nodes)
    assert [got.path for got in provider.received] == ["/jo"]


async def test_turned_off_meanwhile_nobody_is_knocked_at(
    house: House, linden: Linden, jo: Jo, told: Told, mara: Browser, provider: Provider, nodes: list[Node]
) -> None:
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    await call(mara, jo)
    await house.db.unit(lambda db: set_waiting_rules(db, linden.clinic.id, WaitingRules(), USUAL))
    await run(nodes)
    assert provider.received == []
