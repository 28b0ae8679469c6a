"""A waiting room whose connections fall silent without a word: when it says how old its truth is, and is sure again.

The whole program and a road before it that carries nothing more, until it does again on new connections alone. Every
round begins with the page opened anew and its stream just begun. Measured from outside of the page, by what is seen.
"""

import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import async_playwright, expect

from bench.restart import program
from bench.timing import Line, Series
from tests.e2e.test_wait import SURE
from tests.e2e.test_wait_roads import waiting
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.faulty import faulty_road
from tests.engines.ports import free_port

BARS = "a page whose connections fell silent says how old its truth is within 3 s"
ROUNDS, SAID_MS = 9, 3000


async def run() -> list[Line]:
    """One wait, its connections silenced nine times."""
    chromium = find_chromium()
    assert chromium, MISSING
    said, sure = [], []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-")))
        server = await stack.enter_async_context(program(folder))
        port = free_port()
        road = await stack.enter_async_context(faulty_road(port, server.port))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        base = f"http://localhost:{port}"
        _, phone = await stack.enter_async_context(waiting(browser, browser, server, base))
        for _ in range(ROUNDS):
            async with phone.expect_response("**/live?*"):
                await phone.reload()
            road.dead = True
            road.silence()
            began = time.perf_counter()
            await expect(phone.locator(SURE)).to_be_visible()
            said.append(1000 * (time.perf_counter() - began))
            road.dead, back = False, time.perf_counter()
            await expect(phone.locator(SURE)).to_be_hidden()
            sure.append(1000 * (time.perf_counter() - back))
    worst = Series("most of all", "ms", [max(said)])
    return [
        Line(Series("said", "ms", said)),
        Line(worst, None, SAID_MS, "value"),
        Line(Series("sure again, from the road's return", "ms", sure)),
    ]
