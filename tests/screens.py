"""Photographs every page and state: `python -m tests.screens [words]`, into screens/.

Each at 390 and 1280 pixels, by day and by dusk, and what a patient sees from right to left as well.
Words choose pages whose name holds one of them. Four go into docs/pictures.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog
from playwright.async_api import Page, TimeoutError, async_playwright

from tests.e2e.ground import grounds
from tests.e2e.look import DESK, PHONE, Eyes
from tests.e2e.pages import PAGES, Shown
from tests.engines.chromium import FLAGS, MISSING, find_chromium

ROOT = Path(__file__).parent.parent
SCREENS = ROOT / "screens"
PICTURES = ROOT / "docs" / "pictures"
KEPT = {
    "booking-390-light": "booking",
    "visit-waiting-390-dark": "waiting",
    "day-1280-light": "day",
    "lead-call-1280-dark": "call",
}
"""Screen -> its name in docs/pictures. A call is always dusk."""
TALLEST = 6000
HEIGHT = "Math.max(document.documentElement.scrollHeight, document.body.scrollHeight)"


SHARP = "() => (document.querySelector('[data-remote]')?.videoWidth ?? 1280) >= 960"


async def photograph(page: Page, shown: Shown, name: str, size: dict[str, int], light: str) -> None:
    """The whole page: as tall as what it holds, so that what sticks to the foot stands at the foot."""
    await page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    if shown.fits:
        with suppress(TimeoutError):  # a busy machine sends a small picture
            await page.wait_for_function(SHARP, timeout=10_000)
    if name in KEPT:
        await shoot(page, PICTURES / f"{KEPT[name]}.png")
    if not shown.fits:
        for _ in range(2):  # who waits is told a moment after the page, which is taller then
            tall = min(await page.evaluate(HEIGHT), TALLEST)
            await page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
    await shoot(page, SCREENS / f"{name}.png")


async def shoot(page: Page, path: Path) -> None:
    await page.screenshot(path=path, animations="disabled", caret="hide")


async def take_all(eyes: Eyes, chosen: Sequence[Shown]) -> None:
    for shown in chosen:
        async with eyes.look(shown) as sight:
            for size in (PHONE, DESK):
                for light in ("light", "dark"):
                    name = f"{shown.name}-{size['width']}-{light}"
                    await photograph(sight.page, shown, name, size, light)
            _say(shown.name, sight.complaints)
        if shown.patients:
            async with eyes.look(shown, "ar") as sight:
                await photograph(sight.page, shown, f"{shown.name}-390-rtl", PHONE, "light")


def _say(name: str, complaints: Sequence[str]) -> None:
    sys.stdout.write(f"{name}{': ' if complaints else ''}{'; '.join(complaints)}\n")


async def main(words: Sequence[str]) -> None:
    path = find_chromium()
    if path is None:
        sys.exit(MISSING)
    SCREENS.mkdir(exist_ok=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    chosen = [shown for shown in PAGES if not words or any(word in shown.name for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, grounds(Path(folder)) as ground:
            browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            eyes = Eyes(browser, ground)
            await take_all(eyes, chosen)
            await browser.close()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main(sys.argv[1:]))
