"""What a whole PHQ-9 takes on a slow phone besides the reading: from opening it to the thanks, each tapped at once.

The phone of first_answer.py. Each answer is tapped as soon as its question can be pressed, so that what remains is what
the machine takes: the page, each way from a question to the next, and the last answers on their way to the clinic.
Whoever is to be done in two minutes has the rest for reading.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.async_api import Browser, CDPSession, Locator, Page, TimeoutError, async_playwright

from bench.first_answer import SLOW, Way, ways
from bench.timing import Line, Series
from server.measures.catalogue import shipped
from server.measures.sheets import sheets_of
from tests.e2e.ground import Ground, grounds
from tests.engines.chromium import FLAGS, MISSING, find_chromium

BARS = "of the 120 s that a PHQ-9 may take on a slow phone the machine leaves at least 100 s for reading"
ROUNDS, BAR_S = 3, 20
SEEN_MS = 1000
KEY = "phq9"
QUESTIONS = len(shipped()[KEY].items)
DANGER = frozenset({"phq9_9"})


@dataclass(frozen=True)
class Took:
    """Seconds: until the first question can be pressed, from each tap to the next question, and from opening on until
    the thanks are there.
    """

    first: float
    between: list[float]
    whole: float


async def run() -> list[Line]:
    """By a link and on a device of one's own; each round on a ground of its own, where nothing is answered."""
    chromium = find_chromium()
    assert chromium, MISSING
    found: dict[str, list[Took]] = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            async with grounds(Path(folder)) as ground, async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
                for way in ways(ground):
                    found.setdefault(way.name, []).append(await once(browser, ground, way))
                await browser.close()
    return [line for name, every in found.items() for line in _lines(name, every)]


def _lines(name: str, every: list[Took]) -> list[Line]:
    between = [seconds * 1000 for took in every for seconds in took.between]
    return [
        Line(
            Series(f"from opening to the thanks, {name}", "s", [one.whole for one in every]), bar=BAR_S, bar_is="value"
        ),
        Line(Series(f"until the first can be tapped, {name}", "s", [one.first for one in every])),
        Line(Series(f"from a tap to the next question, {name}", "ms", between)),
    ]


async def once(browser: Browser, ground: Ground, way: Way) -> Took:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    await context.add_cookies(ground.cookies[way.cookies])
    page = await context.new_page()
    tools: CDPSession = await context.new_cdp_session(page)
    await tools.send("Network.enable")
    await tools.send("Network.emulateNetworkConditions", SLOW)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sheet = next(one for one in await sheets_of(ground.house, await way.of(), ground.house.clock()) if one.key == KEY)
    assert not sheet.given, "nothing is answered yet"
    began = monotonic()
    await page.goto(f"{ground.base}{way.base}/{KEY}", wait_until="commit")
    took = await _through(page, began)
    await context.close()
    (after,) = [one for one in await sheets_of(ground.house, await way.of(), ground.house.clock()) if one.key == KEY]
    assert len(after.given) == QUESTIONS, "each is stored"
    return took


async def _through(page: Page, began: float) -> Took:
    """Something of everything, so that every question is put, and nothing that speaks of danger, which is read."""
    first, between, at = 0.0, list[float](), began
    for number, item in enumerate(shipped()[KEY].items):
        choice = page.locator(f".measure-ask.now[data-item={item.id}] .choice").nth(0 if item.id in DANGER else 1)
        await choice.wait_for()
        if number:
            between.append(monotonic() - at)
        else:
            first = monotonic() - began
        at = monotonic()
        await choice.tap()
        if not number and await _stays(page, choice):
            await page.locator("[data-next]").tap()
    await page.locator("h1").filter(has_text="your answers").wait_for()
    return Took(first, between, monotonic() - began)


async def _stays(page: Page, choice: Locator) -> bool:
    """Whether the first answer was tapped before the script came: it is kept then, and they go on by hand."""
    await page.wait_for_function("() => customElements.get('measure-form') !== undefined")
    try:
        await choice.wait_for(state="hidden", timeout=SEEN_MS)
    except TimeoutError:
        return True
    return False
