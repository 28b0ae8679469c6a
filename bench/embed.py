"""From opening a page to seeing the first free times: a clinic's own site with the booking inside, beside the booking
page alone. Every round is a browser that was never here: nothing comes from its cache.
"""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
from playwright.async_api import Browser, async_playwright

from bench.booking_page import IN_THE_WINDOW, fill
from bench.servers import parlour
from bench.timing import Line, Measure, Series, side_by_side
from server.app import build_house
from server.clinic.store import find_clinic
from server.embed.store import add_origin
from tests.e2e.site import Site, site
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.server.conftest import settings_for

BARS = "embedded, the first free times are seen within 1.3 times the page alone; the script is at most 6 kB compressed"
ROUNDS, WARM_UPS = 21, 2
INLINE = '<a data-parlour="inline" href="{ours}/c/linden">Book a time</a>'
# Seen as a person sees it: in the window, through whatever frames are in between.
SEEN = """
globalThis.seen = new Promise((done) => {
  const watch = new IntersectionObserver((found) => {
    const first = found.find((one) => one.isIntersecting)
    if (first) done(performance.timeOrigin + first.time)
  })
  const look = () => {
    const slot = document.querySelector('label.slot')
    if (slot) { arrive.disconnect(); for (const one of document.querySelectorAll('label.slot')) watch.observe(one) }
  }
  const arrive = new MutationObserver(look)
  arrive.observe(document, { childList: true, subtree: true })
})
"""


async def let_in(data: Path, made: Site) -> None:
    """The clinic lists the site."""
    house = build_house(settings_for(data))
    clinic = await house.db.read(lambda db: find_clinic(db, "linden"))
    assert clinic
    await house.db.unit(lambda db: add_origin(db, clinic.id, made.base, None, house.clock()))
    await house.db.close()
    await house.keys.database.close()


def first_times(browser: Browser, address: str, frame: int) -> Measure:
    """Milliseconds from the begin of the navigation until a free time is in sight, in the frame of this number."""

    async def measure(number: int) -> float:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        try:
            await context.add_init_script(SEEN)
            page = await context.new_page()
            await page.goto(address)
            began = await page.evaluate("performance.timeOrigin")
            return float(await page.frames[frame].evaluate("seen") - began)
        finally:
            await context.close()

    return measure


async def run() -> list[Line]:
    """Both pages by turns, then the size of the script as it travels."""
    chromium = find_chromium()
    assert chromium, MISSING
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-"))) / "data"
        await fill(data, IN_THE_WINDOW)
        server = await stack.enter_async_context(parlour("serve", data=data))
        made = stack.enter_context(site(server.base))
        await let_in(data, made)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        inside = first_times(browser, made.put("/", INLINE), 1)
        alone = first_times(browser, f"{server.base}/c/linden", 0)
        ours, theirs = await side_by_side(ROUNDS, WARM_UPS, inside, alone)
        size = await _travels(f"{server.base}/embed/v1.js")
    return [
        Line(Series("first free times, inside a site", "ms", ours), Series("the page alone", "ms", theirs), bar=1.3),
        Line(Series("the script, compressed", "kB", [size / 1000]), None, bar=6, bar_is="value"),
    ]


async def _travels(url: str) -> int:
    """Bytes of the answer's body on the wire."""
    client = httpx2.AsyncClient(trust_env=False, headers={"accept-encoding": "gzip"})
    async with client, client.stream("GET", url) as answer:
        return sum([len(chunk) async for chunk in answer.aiter_raw()])
