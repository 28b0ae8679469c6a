"""The check before a session: how soon its peer is reached, beside a bare aiortc answer, and how long the whole takes.

One Chromium, one script on both pages (the check's own): from the making of the connection to an open data channel,
with sound and picture in the offer. The whole check is walked at a reader's pace: four seconds before every press.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

from playwright.async_api import Page, async_playwright, expect

from bench.servers import demo, running
from bench.timing import Line, Series, side_by_side
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.ports import free_port

BARS = "the whole check under 60 s at a reader's pace; its peer reached at most 120 ms later than a bare aiortc answer"
ROUNDS, WARM_UPS, WHOLE_ROUNDS = 12, 2, 3
READING_SECONDS = 4.0
HERE = Path(__file__).parent
CONNECT = """async ([module, url]) => {
  const { openSession } = await import(module)
  const tracks = (await navigator.mediaDevices.getUserMedia({ audio: true, video: true })).getTracks()
  const post = async (to, value) => {
    const headers = { accept: 'application/json' }
    const answer = await fetch(to, { method: 'POST', body: JSON.stringify(value), headers })
    return { ok: answer.ok, data: await answer.json() }
  }
  const world = {
    RTCPeerConnection, post, now: () => performance.now(),
    later: (work, ms) => setTimeout(work, ms), cancel: (timer) => clearTimeout(timer),
  }
  const began = performance.now()
  const plain = { iceServers: [], relayOnly: false, gatherMs: 0, connectMs: 20000 }
  const session = await openSession({ url, tracks, world, ...plain })
  const took = performance.now() - began
  session.close()
  tracks.forEach((track) => track.stop())
  return took
}"""
MODULE = (
    "() => document.querySelector('script[src*=device-check]').src.replace('elements/device-check', 'check/session')"
)


async def press(page: Page, name: str) -> None:
    """After the time that a reader takes."""
    await asyncio.sleep(READING_SECONDS)
    await page.get_by_role("button", name=name, exact=True).click()


async def whole(page: Page) -> float:
    """Seconds from the open page to the verdict."""
    await page.reload()
    began = monotonic()
    await press(page, "Open the microphone")
    await expect(page.locator("[data-say=mic]")).to_contain_text("Good level")
    for name in ("Continue", "Play two tones", "I heard two tones", "Open the camera", "Continue"):
        await press(page, name)
    await page.locator("[data-found]:focus").wait_for(timeout=60000)
    return monotonic() - began


async def run() -> list[Line]:
    """Twelve connections of each kind by turns, then three whole checks."""
    chromium = find_chromium()
    assert chromium, MISSING
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-"))
        _, links = await stack.enter_async_context(demo(Path(folder) / "data"))
        port = free_port()
        command = [sys.executable, str(HERE / "echo_plain.py"), str(port)]
        await stack.enter_async_context(running(command, port, "/", PYTHONPATH=str(HERE.parent)))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        context = await browser.new_context(permissions=["camera", "microphone"])
        ours, bare = await context.new_page(), await context.new_page()
        await ours.goto(links["patient"])
        await ours.goto(f"{ours.url}/check")
        await bare.goto(f"http://localhost:{port}/")
        module = await ours.evaluate(MODULE)

        async def our_connect(_: int) -> float:
            return float(await ours.evaluate(CONNECT, [module, f"{ours.url}/offer"]))

        async def bare_connect(_: int) -> float:
            return float(await bare.evaluate(CONNECT, ["/static/js/check/session.js", "/offer"]))

        first = await our_connect(0)
        mine, theirs = await side_by_side(ROUNDS, WARM_UPS, our_connect, bare_connect)
        wholes = [await whole(ours) for _ in range(WHOLE_ROUNDS)]
    return [
        Line(Series("peer reached", "ms", mine), Series("bare aiortc answer", "ms", theirs), 120, "above"),
        Line(Series("the very first, which starts the worker", "ms", [first])),
        Line(Series("whole check at a reader's pace", "s", wholes), None, 60, "value"),
    ]
