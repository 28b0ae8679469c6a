"""From what a patient does at the door to the therapist's day page showing it: both pages in one browser, on one clock.

The patient of a real clinic steps away from the waiting room and comes back by turns; each is the POST of the page, the
record on disk, the event, the fetch of the column and the drawing of the row.
"""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from bench.admit import person
from bench.servers import parlour
from bench.timing import Line, Series
from tests.e2e import walk
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.parlour import SETUP_LINK

BARS = "who comes or goes at the door shows on the therapist's day page within a second"
ROUNDS, WARM_UPS, BAR_MS = 20, 2, 1000
ACT = """async (at) => {
  const began = performance.timeOrigin + performance.now()
  await fetch(at, { method: 'POST' })
  return began
}"""
SEEN = """(words) => {
  const shows = () => [...document.querySelectorAll('.waiter-since')].some((one) => one.textContent.includes(words))
  globalThis.seen = new Promise((done) => {
    const look = () => { if (shows()) { watch.disconnect(); done(performance.timeOrigin + performance.now()) } }
    const watch = new MutationObserver(look)
    watch.observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}"""


async def measure(day: Page, phone: Page, act: str, words: str) -> float:
    """Milliseconds from the request of the patient's page until the row says so."""
    await day.evaluate(SEEN, words)
    began = await phone.evaluate(ACT, f"{phone.url}/{act}")
    return float(await day.evaluate("seen") - began)


async def run() -> list[Line]:
    """Steps away and comes back, by turns."""
    chromium = find_chromium()
    assert chromium, MISSING
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-"))
        server = await stack.enter_async_context(parlour("serve", data=Path(folder) / "data"))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        day, phone = [await stack.enter_async_context(person(browser)) for _ in range(2)]
        base = server.base.replace("127.0.0.1", "localhost")
        mara = await walk.set_up(day, SETUP_LINK.findall(server.log.read_text())[-1])
        await walk.enrol_app(day, mara, base)
        await walk.near_times(day, base)
        await walk.book(phone, f"{base}/c/linden-practice")
        await walk.come_in(phone)
        await day.goto(f"{base}/staff")
        await expect(day.locator("[data-waits]")).to_be_visible()
        found = []
        for number in range(WARM_UPS + ROUNDS):
            gone = await measure(day, phone, "leave", "away")
            back = await measure(day, phone, "come-back", "min")
            if number >= WARM_UPS:
                found += [gone, back]
    return [Line(Series("at the door to on the day page", "ms", found), None, BAR_MS, "value")]
