"""A real Chromium: which one, and one headless browser for the whole run.

python -m tests.engines.chromium      prints the path of the one that will be used, or says what to do
"""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SHELL = "chromium-headless-shell"
MISSING = "No Chromium found: install one (on Debian: sudo apt install chromium), or name it with PARLOUR_CHROMIUM."
FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with its own sandbox; only pages of ours are opened
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
CAMERA = "--use-fake-device-for-media-stream"
DEAF = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;\n"
"""For the beginning of a page: a headless shell dies of the question what it can write down."""
SLOW_CAMERA = f"{CAMERA}=fps=10"
"""Half of the frames, for tests that ask whether a picture comes and not how good it is."""


# What a page must come to show is waited for long enough for a machine that does much else; it only tells a hang.
expect.set_options(timeout=20_000)


def find_chromium() -> Path | None:
    """The Chromium named in PARLOUR_CHROMIUM, else an installed one, else Playwright's own, else None."""
    named = os.environ.get("PARLOUR_CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def find_shell() -> Path | None:
    """The same engine without any window of a browser around it, if one is installed: half the work for a page."""
    found = None if os.environ.get("PARLOUR_CHROMIUM") else shutil.which(SHELL)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Path of the browser binary; the run fails with one sentence when there is none."""
    found = find_chromium()
    if found is None:
        pytest.fail(MISSING)
    return found


@pytest_asyncio.fixture(scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """One headless Chromium with a fake camera and microphone, shared by all tests; isolate with contexts."""
    async with async_playwright() as playwright:
        flags = [SLOW_CAMERA if flag == CAMERA else flag for flag in FLAGS]
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session")
async def plain_browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """For pages that are looked at: a headless shell where there is one, else the same as `browser`."""
    async with async_playwright() as playwright:
        flags = [SLOW_CAMERA if flag == CAMERA else flag for flag in FLAGS]
        launched = await playwright.chromium.launch(executable_path=find_shell() or chromium_path, args=flags)
        yield launched
        await launched.close()


@pytest_asyncio.fixture
async def browser_context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A fresh profile for one test: own cookies, own storage, camera and microphone allowed."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    yield context
    await context.close()


@pytest.fixture(scope="session")
def node_path() -> str:
    """A Node to run the pure parts of the browser code: the one that Playwright carries, so none must be installed."""
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])


if __name__ == "__main__":
    path = find_chromium()
    sys.exit(MISSING) if path is None else print(path)  # noqa: T201 - a command prints
