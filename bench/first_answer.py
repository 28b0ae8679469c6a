"""From opening the questions on a slow phone to the first answer stored, and what was asked for by then; and what
their home brings.

The browser's own emulation: a processor four times slower, 400 kbit/s each way, 150 ms there and back, and nothing kept
from before. A tap as soon as an answer can be pressed; it is stored when the server has said so.
"""

import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, CDPSession, async_playwright

from bench.timing import Line, Series
from server.booking.store import booking_for_visit
from server.measures.occasion import Alone, Occasion
from server.measures.sheets import Sheet, sheets_of
from tests.e2e.ground import CLINIC, Ground, grounds
from tests.engines.chromium import FLAGS, MISSING, find_chromium

BARS = (
    "the first answer tapped and stored within 3 s on a slow phone, with at most 90 kB loaded before it, by a link and"
    " on a device of one's own; a home of at most 60 kB without typefaces and pictures, also where it opens anew"
)
ROUNDS, BAR_MS, BAR_KB, BAR_HOME_KB = 10, 3000, 90, 60
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
TAKES = "(one) => /\\/answer$|\\/late\\//.test(one.name) && one.responseEnd"
STORED = f"() => performance.getEntriesByType('resource').some({TAKES})"
TOOK = f"() => performance.getEntriesByType('resource').find({TAKES}).responseEnd"
ZONES = {"by the clock of the clinic": str(CLINIC.zone), "far away": "America/New_York"}
MEDIA = frozenset({"Font", "Image", "Media"})


@dataclass(frozen=True)
class Way:
    """How somebody comes to their questions: by a link, or in their space on a device of their own."""

    name: str
    cookies: str
    base: str
    of: Callable[[], Awaitable[Occasion]]


@dataclass(frozen=True)
class Brought:
    """Bytes on the wire, with headers."""

    kind: str
    size: float


async def run() -> list[Line]:
    """Ten times each, in a browser that was never there before, each another question."""
    chromium = find_chromium()
    assert chromium, MISSING
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        async with grounds(Path(folder)) as ground, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for way in ways(ground):
                lines += await answers(browser, ground, way)
            for place, zone in ZONES.items():
                size = Series(f"their home, {place}, without media", "kB", [await home(browser, ground, zone)])
                lines.append(Line(size, bar=BAR_HOME_KB, bar_is="value"))
            await browser.close()
    return lines


def ways(ground: Ground) -> list[Way]:
    async def booked() -> Occasion:
        card = await ground.house.db.read(lambda db: booking_for_visit(db, ground.paths["waiting"]))
        assert card
        return card

    async def alone() -> Occasion:
        return Alone(CLINIC.id, UUID(ground.paths["person_unbooked"]))

    return [
        Way("by a link", "patient", f"/visit/{ground.paths['waiting']}/measures", booked),
        Way("on their own device", "unbooked", f"/me/asked/{ground.paths['person_unbooked']}", alone),
    ]


async def answers(browser: Browser, ground: Ground, way: Way) -> list[Line]:
    times, sizes, before = [], [], await _given(ground, way)
    for _ in range(ROUNDS):
        took, loaded = await once(browser, ground, way)
        times.append(took)
        sizes.append(loaded / 1000)
    assert await _given(ground, way) == before + ROUNDS, "each is stored"
    return [
        Line(Series(f"first answer stored, {way.name}", "ms", times), bar=BAR_MS, bar_is="value"),
        Line(Series(f"asked for before it, {way.name}", "kB", sizes), bar=BAR_KB, bar_is="value"),
    ]


async def once(browser: Browser, ground: Ground, way: Way) -> tuple[float, float]:
    """Milliseconds from the begin of the navigation, and bytes on the wire of all that was asked before the answer was
    sent, with headers, each file whole though its end may come later.
    """
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    await context.add_cookies(ground.cookies[way.cookies])
    page = await context.new_page()
    tools: CDPSession = await context.new_cdp_session(page)
    before: set[str] = set()
    sizes: dict[str, float] = {}
    sent = False

    def asks(event: dict[str, Any]) -> None:
        nonlocal sent
        sent = sent or event["request"]["method"] == "POST"
        if not sent:
            before.add(event["requestId"])

    await tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", asks)
    tools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await tools.send("Network.emulateNetworkConditions", SLOW)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    key = next(one.key for one in await _sheets(ground, way) if one.key in {"phq9", "gad7"} and _left(one))
    await page.goto(f"{ground.base}{way.base}/{key}", wait_until="commit")
    await page.locator(".measure-ask.now .choice").first.tap()
    await page.wait_for_function(STORED)
    took = float(await page.evaluate(TOOK))
    await page.wait_for_load_state("networkidle")
    await context.close()
    return took, sum(sizes[one] for one in before)


async def home(browser: Browser, ground: Ground, zone: str) -> float:
    """kB of a first visit, on a device of their own with questions that it keeps: the page, its sheets and scripts as
    they come over the wire, without what a worker asks; and the page once more where it opens anew.
    """
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, service_workers="block", timezone_id=zone
    )
    await context.add_cookies(ground.cookies["home"])
    page = await context.new_page()
    brought = await _watched(await context.new_cdp_session(page))
    await page.goto(f"{ground.base}/me", wait_until="networkidle")
    await context.close()
    return sum(one.size for one in brought.values() if one.kind not in MEDIA) / 1000


async def _watched(tools: CDPSession) -> dict[str, Brought]:
    kinds: dict[str, str] = {}
    found: dict[str, Brought] = {}

    def ends(event: dict[str, Any]) -> None:
        at = event["requestId"]
        found[at] = Brought(kinds.get(at, ""), event["encodedDataLength"])

    await tools.send("Network.enable")
    tools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    tools.on("Network.loadingFinished", ends)
    return found


async def _sheets(ground: Ground, way: Way) -> list[Sheet]:
    return await sheets_of(ground.house, await way.of(), ground.house.clock())


async def _given(ground: Ground, way: Way) -> int:
    return sum(len(one.given) for one in await _sheets(ground, way))


def _left(sheet: Sheet) -> int:
    return sheet.count - len(sheet.given)
