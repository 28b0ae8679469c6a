"""From the press on 'Let in' to the first picture of the other person on both screens, beside a bare call of two pages.

Camera, microphone and socket are open on all pages before. Ours is the whole way of a clinic: the press, its POST, the
record on disk, the room, the negotiation. After each round the patient is sent back to the waiting room, and a bare
call is hung up, so that nothing but the measured call works. All pages live in one browser and on one clock.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from playwright.async_api import Browser, Page, async_playwright, expect

from bench.servers import Running, parlour, running
from bench.timing import Line, Series, side_by_side
from tests.e2e import walk
from tests.engines.children import end, start, until
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.parlour import SETUP_LINK
from tests.engines.ports import free_port

BARS = "press on 'Let in' to the first picture on both sides: at most 120 ms above a bare call of two pages"
ROUNDS, WARM_UPS = 30, 3
EVERY_SECONDS = 6.5  # a page may offer ten times a minute; an eleventh press would measure how that is made good
HERE = Path(__file__).parent
# Notes the press and the first picture of the other side, and keeps every connection that a page makes. In milliseconds
# since 1970; the press counts before any script of the page has seen it.
WATCH = """
const now = () => performance.timeOrigin + performance.now()
globalThis.marks = {}
globalThis.connections = []
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); connections.push(this) }
}
const ask = HTMLVideoElement.prototype.requestVideoFrameCallback
HTMLVideoElement.prototype.requestVideoFrameCallback = function (work) {
  return ask.call(this, (...given) => {
    marks.first ??= now()
    work(...given)
  })
}
addEventListener('click', () => { marks.clicked ??= now() }, true)
"""
STILL = "() => connections.every((one) => one.connectionState === 'closed')"
FORGET = "() => { connections.length = 0; marks = {} }"
POST = "(at) => fetch(at, { method: 'POST', headers: { Accept: 'application/json' } }).then((answer) => answer.text())"
HANG_UP = "() => connections.forEach((one) => one.close())"
FIRST = """() => new Promise((done) => {
  const look = () => (marks.first ? done(marks.first) : setTimeout(look, 5))
  look()
})"""


@dataclass
class Pair:
    """Two pages: who presses and who is met. `times` are the milliseconds of each round, for either side."""

    presser: Page
    other: Page
    times: dict[str, list[float]] = field(default_factory=lambda: {"presser": [], "other": []})
    last: float = 0.0

    @property
    def both(self) -> tuple[Page, Page]:
        return self.presser, self.other

    async def measure(self, button: str) -> float:
        """One press, until both see each other; the later of the two counts."""
        await asyncio.sleep(self.last + EVERY_SECONDS - monotonic())
        self.last = monotonic()
        for page in self.both:
            assert await page.evaluate(STILL), "a connection was open before the press"
            await page.evaluate(FORGET)
        await self.presser.get_by_role("button", name=button, exact=True).click()
        firsts = await asyncio.wait_for(asyncio.gather(*(page.evaluate(FIRST) for page in self.both)), 30)
        clicked = await self.presser.evaluate("marks.clicked")
        for side, first in zip(self.times, firsts, strict=True):
            self.times[side].append(first - clicked)
        return float(max(firsts) - clicked)


@asynccontextmanager
async def person(browser: Browser, *scripts: str) -> AsyncIterator[Page]:
    """A page in a profile of its own, with devices allowed."""
    context = await browser.new_context(permissions=["camera", "microphone"], viewport={"width": 1280, "height": 800})
    for script in (WATCH, *scripts):
        await context.add_init_script(script)
    yield await context.new_page()
    await context.close()


async def our_pair(server: Running, desk: Page, phone: Page) -> Pair:
    """A clinic, its therapist on the page of the visit, and a patient in the waiting room; all devices open."""
    base = server.base.replace("127.0.0.1", "localhost")
    link = SETUP_LINK.findall(server.log.read_text())[-1]
    mara = await walk.set_up(desk, link)
    await walk.enrol_app(desk, mara, base)
    await walk.near_times(desk, base)
    await walk.book(phone, f"{base}/c/linden-practice")
    await walk.come_in(phone)
    await desk.goto(f"{base}/staff/visit/{phone.url.rsplit('/', 1)[-1]}")
    await phone.get_by_role("button", name="Open camera and microphone").click()
    for page in (desk, phone):  # a therapist who has allowed it before is not asked again
        await expect(page.locator("[data-ready-words]")).to_contain_text("are open")
    return Pair(desk, phone)


async def send_back(pair: Pair) -> None:
    """Both where they were before the press."""
    await pair.presser.evaluate(POST, f"{pair.presser.url}/send-back")
    for page in pair.both:
        await page.wait_for_function(STILL)
        await expect(page.locator("#call")).to_be_hidden()
    await expect(pair.presser.get_by_role("button", name="Let in", exact=True)).to_be_visible(timeout=15000)


async def bare_pair(stack: AsyncExitStack, browser: Browser, *scripts: str) -> Pair:
    """Two bare pages on the bare relay; devices and sockets open."""
    relay = await stack.enter_async_context(bare_relay())
    port = free_port()
    serve = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(HERE), str(port)]
    await stack.enter_async_context(running(serve, port, "/page_plain.html"))
    pages = [await stack.enter_async_context(person(browser, *scripts)) for _ in range(2)]
    for page in pages:
        await page.goto(f"http://localhost:{port}/page_plain.html?relay={relay}")
    for page in pages:
        await expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    return Pair(pages[0], pages[1])


@asynccontextmanager
async def bare_relay() -> AsyncIterator[str]:
    """Address of a room on bench/relay.py."""
    with tempfile.TemporaryDirectory(prefix="parlour-bench-") as folder:
        log = Path(folder) / "log"
        child = start([sys.executable, str(HERE / "relay.py")], log)
        try:
            await until(lambda: asyncio.to_thread(lambda: bool(re.match(r"\d+\n", log.read_text()))), child, log, 20)
            yield f"ws://127.0.0.1:{log.read_text().strip()}/room"
        finally:
            await asyncio.to_thread(end, child)


def lines(ours: Pair, bare: Pair, both: tuple[list[float], list[float]]) -> list[Line]:
    """Both sides together, against the bar; then each."""
    found = [Line(Series("both see each other", "ms", both[0]), Series("bare call", "ms", both[1]), 120, "above")]
    for side, words in (("presser", "the therapist sees"), ("other", "the patient sees")):
        mine, theirs = (pair.times[side][WARM_UPS:] for pair in (ours, bare))
        found.append(Line(Series(words, "ms", mine), Series(words.replace("the ", "bare: the "), "ms", theirs)))
    return found


async def run() -> list[Line]:
    """Thirty pairs, one of ours and one bare by turns."""
    chromium = find_chromium()
    assert chromium, MISSING
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-"))
        server = await stack.enter_async_context(parlour("serve", data=Path(folder) / "data"))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        pages = [await stack.enter_async_context(person(browser)) for _ in range(2)]
        ours, bare = await our_pair(server, *pages), await bare_pair(stack, browser)

        async def one_of_ours(number: int) -> float:
            took = await ours.measure("Let in")
            await send_back(ours)
            return took

        async def one_bare(number: int) -> float:
            took = await bare.measure("Go")
            for page in bare.both:
                await page.evaluate(HANG_UP)
            return took

        return lines(ours, bare, await side_by_side(ROUNDS, WARM_UPS, one_of_ours, one_bare))
