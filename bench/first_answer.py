"""From opening the questions on a slow phone to the first answer stored, and what was asked for by then.

The browser's own emulation: a processor four times slower, 400 kbit/s each way, 150 ms there and back, and nothing kept
from before. A tap as soon as an answer can be pressed; it is stored when the server has said so.
"""

import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, async_playwright

from bench.timing import Line, Series
from server.booking.store import booking_for_visit
from server.measures.sheets import sheets_of
from tests.e2e.ground import Ground, grounds
from tests.engines.chromium import FLAGS, MISSING, find_chromium

BARS = "the first answer tapped and stored within 3 s on a slow phone, with at most 90 kB loaded before it"
ROUNDS, BAR_MS, BAR_KB = 10, 3000, 90
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
STORED = "() => performance.getEntriesByType('resource').some((one) => one.name.endsWith('/answer') && one.responseEnd)"
TOOK = "() => performance.getEntriesByType('resource').find((one) => one.name.endsWith('/answer')).responseEnd"


async def run() -> list[Line]:
    """Ten times, each in a browser that was never there before, each another question."""
    chromium = find_chromium()
    assert chromium, MISSING
    times, sizes = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with grounds(Path(folder)) as ground, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for _ in range(ROUNDS):
                took, loaded = await once(browser, ground)
                times.append(took)
                sizes.append(loaded / 1000)
            await browser.close()
            card = await ground.house.db.read(lambda db: booking_for_visit(db, ground.paths["waiting"]))
            assert card
            kept = {one.key: len(one.given) for one in await sheets_of(ground.house, card, ground.house.clock())}
            assert sum(kept.values()) == ROUNDS, kept
    return [
        Line(Series("first answer stored", "ms", times), bar=BAR_MS, bar_is="value"),
        Line(Series("asked for before it", "kB", sizes), bar=BAR_KB, bar_is="value"),
    ]


async def once(browser: Browser, ground: Ground) -> tuple[float, float]:
    """Milliseconds from the begin of the navigation, and bytes on the wire of all that was asked before the answer was
    sent, with headers, each file whole though its end may come later.
    """
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    await context.add_cookies(ground.cookies["patient"])
    page = await context.new_page()
    tools: CDPSession = await context.new_cdp_session(page)
    before: set[str] = set()
    sizes: dict[str, float] = {}
    sent = False

    def asks(event: dict[str, Any]) -> None:
        nonlocal sent
        sent = sent or event["request"]["url"].endswith("/answer")
        if not sent:
            before.add(event["requestId"])

    await tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", asks)
    tools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await tools.send("Network.emulateNetworkConditions", SLOW)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    waiting = f"{ground.base}/visit/{ground.paths['waiting']}/measures"
    key = "phq9" if await _left(ground, "phq9") else "gad7"
    await page.goto(f"{waiting}/{key}", wait_until="commit")
    await page.locator(".measure-ask.now .choice").first.tap()
    await page.wait_for_function(STORED)
    took = float(await page.evaluate(TOOK))
    await page.wait_for_load_state("networkidle")
    await context.close()
    return took, sum(sizes[one] for one in before)


async def _left(ground: Ground, key: str) -> int:
    card = await ground.house.db.read(lambda db: booking_for_visit(db, ground.paths["waiting"]))
    assert card
    return next(
        one.count - len(one.given)
        for one in await sheets_of(ground.house, card, ground.house.clock())
        if one.key == key
    )
