"""From opening a page for the first time on a slow phone to what is seen of it, and what was asked for by then.

The phone of first_answer.py: a processor four times slower, 400 kbit/s each way, 150 ms there and back, nothing kept
from before. One whose clock is the clinic's, and one far away, for whom the page of a booking opens anew with their own
times: it counts from the begin of the first navigation to the paint of what stays.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Browser, CDPSession, async_playwright

from bench.first_answer import SLOW
from bench.timing import Line, Series
from tests.e2e.ground import Ground, grounds
from tests.engines.chromium import FLAGS, MISSING, find_chromium

BARS = "the first page seen within 2.5 s on a slow phone after at most 20 requests; 3 s and 28 where it opens anew"
ROUNDS = 7
PAGE = "/visit/{booked}"
ZONES = {"at the clinic": ("Europe/Berlin", 2500, 20), "far away": ("America/New_York", 3000, 28)}
PAINTED = """async () => {
  const seen = () => performance.getEntriesByName('first-contentful-paint')[0]
  while (!seen()) await new Promise(requestAnimationFrame)
  return performance.timeOrigin + seen().startTime
}"""


async def run() -> list[Line]:
    """Several times in each place, each in a browser that was never there before."""
    chromium = find_chromium()
    assert chromium, MISSING
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        async with grounds(Path(folder)) as ground, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for place, (zone, most_ms, most_requests) in ZONES.items():
                found = [await once(browser, ground, zone) for _ in range(ROUNDS)]
                took, asked, loaded = (list(each) for each in zip(*found, strict=True))
                lines += [
                    Line(Series(f"seen, {place}", "ms", took), bar=most_ms, bar_is="value"),
                    Line(Series(f"requests before, {place}", "", asked), bar=most_requests, bar_is="value"),
                    Line(Series(f"asked for before, {place}", "kB", loaded), bar=None),
                ]
                assert median(asked) > 1
            await browser.close()
    return lines


async def once(browser: Browser, ground: Ground, zone: str) -> tuple[float, float, float]:
    """Milliseconds to the first paint that stays, requests by then, and kilobytes of these on the wire, each whole."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, timezone_id=zone)
    await context.add_cookies([*ground.cookies["patient"], *ground.cookies["home"]])
    page = await context.new_page()
    tools: CDPSession = await context.new_cdp_session(page)
    begun: dict[str, float] = {}
    sizes: dict[str, float] = {}

    def asks(event: dict[str, Any]) -> None:
        begun.setdefault(event["requestId"], event["wallTime"] * 1000)

    await tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", asks)
    tools.on("Network.dataReceived", lambda event: _more(sizes, event["requestId"], event["encodedDataLength"]))
    tools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await tools.send("Network.emulateNetworkConditions", SLOW)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    await page.goto(f"{ground.base}{PAGE.format(**ground.paths)}", wait_until="load")
    await page.wait_for_load_state("networkidle")
    painted = float(await page.evaluate(PAINTED))
    await context.close()
    before = [one for one, at in begun.items() if at <= painted]
    return painted - min(begun.values()), len(before), sum(sizes.get(one, 0) for one in before) / 1000


def _more(sizes: dict[str, float], request: str, length: float) -> None:
    sizes[request] = sizes.get(request, 0) + length
