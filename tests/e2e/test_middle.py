"""Somebody relays the signals of two real browsers and puts own certificates in place of theirs: seen every time."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from server.assets import build_id
from tests.e2e.sides import Side, side
from tests.e2e.stage import Stage, staged
from tests.e2e.test_call_trust import compare

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
SCRIPT = Path(__file__).with_name("middle.js")
ROUNDS = 100
SAID = """() => {
  const said = document.querySelector('[data-said]')?.textContent ?? ''
  return /^([a-z]+ ){3}[a-z]+$/.test(said) ? said : ''
}"""


@dataclass
class Middle:
    """Between two pages and the room. While it `swaps`, the two never hear each other's signals, only its own."""

    page: Page
    swaps: bool = False
    roads: dict[str, WebSocketRoute] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    working: set[asyncio.Task[Any]] = field(default_factory=set)

    async def between(self, side: Side, role: str) -> None:
        await side.page.context.route_web_socket(re.compile("/signal$"), lambda road: self.relay(road, role))

    def relay(self, road: WebSocketRoute, role: str) -> None:
        self.roads[role] = road
        room = road.connect_to_server()
        road.on_message(lambda text: self.from_page(role, str(text), room))
        room.on_message(lambda text: self.from_room(role, str(text), road))

    def from_page(self, role: str, text: str, room: WebSocketRoute) -> None:
        said = json.loads(text)
        if not self.swaps or said["type"] not in {"signal", "trust"}:
            return room.send(text)
        task = asyncio.create_task(self.page.evaluate("([who, said]) => hear(who, said)", [role, said]))
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        return None

    def from_room(self, role: str, text: str, road: WebSocketRoute) -> None:
        said = json.loads(text)
        for peer in [*said.get("peers", []), said]:
            if "peer" in peer and "epoch" in peer and peer["peer"] != role:
                self.epochs[peer["peer"]] = peer["epoch"]
        if not (self.swaps and said["type"] in {"signal", "trust"}):
            road.send(text)

    def say(self, to: str, message: dict[str, Any]) -> None:
        """To one of the two, as if the other had said it."""
        other = "patient" if to == "therapist" else "therapist"
        self.roads[to].send(json.dumps({"seq": 1, **message, "from": other, "epoch": self.epochs[other]}))


@asynccontextmanager
async def call_through_somebody(browser: Browser) -> AsyncIterator[tuple[Stage, Middle, Side, Side]]:
    async with staged(state="live") as stage:
        own = await browser.new_context()
        middle = Middle(await own.new_page())
        await middle.page.goto(f"{stage.base}/after")
        await middle.page.expose_function("say", middle.say)
        await middle.page.evaluate(SCRIPT.read_text() + "\nObject.assign(globalThis, { hear, sit })")
        js = f"/static/{build_id()}/js/call/"
        await middle.page.evaluate("([sas, prints]) => sit(sas, prints)", [f"{js}sas.js", f"{js}fingerprints.js"])
        async with side(browser, stage, "therapist") as therapist, side(browser, stage, "patient") as patient:
            for one, role in ((therapist, "therapist"), (patient, "patient")):
                await middle.between(one, role)
                await one.page.reload()
            yield stage, middle, therapist, patient
        await own.close()


async def words(side: Side) -> str:
    """The four words of this page, once it has them."""
    found = await side.page.wait_for_function(SAID)
    return str(await found.json_value())


@pytest.mark.timeout(1200)
async def test_swapped_certificates_give_other_words_in_every_round(browser: Browser) -> None:
    async with call_through_somebody(browser) as (_, middle, therapist, patient):
        pages = (therapist, patient)
        assert len({await words(one) for one in pages}) == 1  # as long as it only relays
        middle.swaps = True
        for number in range(ROUNDS):
            await asyncio.gather(*[one.page.reload() for one in pages])
            first, second = [await words(one) for one in pages]
            assert first != second, f"not seen in round {number}"


async def test_somebody_who_comes_between_in_mid_call_raises_the_alarm_on_both_pages(browser: Browser) -> None:
    async with call_through_somebody(browser) as (_, middle, therapist, patient):
        for one in (therapist, patient):
            await compare(one)
        middle.swaps = True
        await patient.page.reload()
        for one in (therapist, patient):
            await expect(one.page.locator("[data-alarm]")).to_contain_text("changed in the middle of the session")
        assert await words(therapist) != await words(patient)
