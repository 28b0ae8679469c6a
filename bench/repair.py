"""A path that dies, a network gone for three seconds, a page opened anew: how soon sound is back both ways.

The whole program, two pages of one Chromium, all media through a relay behind a path that is cut here: sockets that are
open at a change of path are never carried again, new ones are. Beside it a plain call of the same browser on the same
relay, which does nothing by itself but calls as soon as its page is opened anew; what is not back after `PATIENCE`
counts as that. The room stays in reach.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from bench.admit import FIRST, HANG_UP, Pair, bare_pair
from bench.restart import program
from bench.timing import Line, Series
from tests.e2e.gaps import METER, sound_again
from tests.e2e.meeting import meeting
from tests.e2e.sides import Side
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.faulty import FaultyPath, faulty_path
from tests.engines.turn import Relay, run_relay

BARS = "sound both ways 4 s after the path changed; three seconds without a network end nothing; a reload takes 1 s"
CHANGES, PLAIN_CHANGES, OUTAGES, RELOADS = 10, 2, 3, 10
PATIENCE, OUTAGE_SECONDS, STEADY_SECONDS = 15, 3, 2
RELAY = "use-auth-secret\nfingerprint\nno-tls\nno-dtls\nno-cli\nallow-loopback-peers\nno-software-attribute"
ONLY_RELAY = """
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(given) { super({ ...given, iceTransportPolicy: 'relay', ...%s }) }
}
"""
# The first packet of sound on the newest connection, ms since 1970.
SOUND_HERE = """async () => {
  for (;;) {
    const one = connections.at(-1)
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === 'inbound-rtp' && stat.kind === 'audio' && stat.packetsReceived > 0) return Date.now()
    }
    await new Promise((done) => setTimeout(done, 10))
  }
}"""
FIRST_PICTURE = "() => document.querySelector('#call').dataset.remoteframes"


async def back_after_change(path: FaultyPath, sides: Sequence[Side]) -> float:
    """Seconds until the later side hears again, `PATIENCE` when it does not."""
    cut = time.time()
    path.change_path()
    try:
        async with asyncio.timeout(PATIENCE):
            return max(await sound_again(sides, cut)) - cut
    except TimeoutError:
        return PATIENCE


async def torn(path: FaultyPath, sides: Sequence[Side]) -> float:
    """1 when one side is not in the call as before after a short outage, else 0."""
    path.outage = True
    await asyncio.sleep(OUTAGE_SECONDS)
    path.outage = False
    try:
        await steady(sides)
    except AssertionError:
        return 1
    return 0


async def steady(sides: Sequence[Side]) -> None:
    """Returns when both hear each other over one connection; AssertionError when they do not."""
    for one in sides:
        await one.only_one_open()
        await expect(one.call).to_have_attribute("data-media", "flowing")
        await one.grows("energy")  # a picture may be held back on a busy machine
        await expect(one.call).to_have_attribute("data-phase", "live")
    await asyncio.sleep(STEADY_SECONDS)


async def reload(comes: Side, stays: Side) -> tuple[float, float]:
    """From the begin of the navigation to its first picture, and to the first sound on the other side: ms."""
    made = (await stays.figures())["made"]
    await comes.page.reload()
    await stays.page.wait_for_function(f"() => connections.length > {made}")
    heard = await stays.page.evaluate(SOUND_HERE)
    await comes.page.wait_for_function(FIRST_PICTURE)
    began = await comes.page.evaluate("performance.timeOrigin")
    return float(await comes.page.evaluate(FIRST_PICTURE)), heard - began


@asynccontextmanager
async def plain_pair(browser: Browser, path: FaultyPath, relay: Relay) -> AsyncIterator[Pair]:
    username, credential = relay.credentials()
    server = {"urls": url(path), "username": username, "credential": credential}
    async with AsyncExitStack() as stack:
        yield await bare_pair(stack, browser, ONLY_RELAY % json.dumps({"iceServers": [server]}), METER)


async def plain_reloads(browser: Browser, path: FaultyPath, relay: Relay) -> list[float]:
    """From the begin of the navigation to its first picture, of a page that calls as soon as it can: ms."""
    found = []
    async with plain_pair(browser, path, relay) as pair:
        await pair.measure("Go")
        for _ in range(RELOADS // 2):
            await asyncio.sleep(STEADY_SECONDS)
            await pair.other.evaluate(HANG_UP)
            await pair.presser.reload(wait_until="commit")
            await pair.presser.wait_for_function("document.documentElement.dataset.ready")
            await pair.presser.evaluate("document.querySelector('button').click()")
            first = await pair.presser.evaluate(FIRST)
            found.append(first - await pair.presser.evaluate("performance.timeOrigin"))
    return found


async def plain_changes(browser: Browser, path: FaultyPath, relay: Relay) -> list[float]:
    found = []
    async with plain_pair(browser, path, relay) as pair:
        for _ in range(PLAIN_CHANGES):
            await pair.measure("Go")
            await asyncio.sleep(STEADY_SECONDS)
            found.append(await back_after_change(path, [Side(page) for page in pair.both]))
            await hang_up(pair)
    return found


async def hang_up(pair: Pair) -> None:
    for page in pair.both:
        await page.evaluate(HANG_UP)


def url(path: FaultyPath) -> str:
    return f"turn:127.0.0.1:{path.port}?transport=udp"


async def run() -> list[Line]:
    chromium = find_chromium()
    assert chromium, MISSING
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-")))
        relays = run_relay(RELAY, folder)
        relay = await anext(relays)
        stack.push_async_callback(relays.aclose)  # type: ignore[attr-defined]
        path = await stack.enter_async_context(faulty_path(relay.port))
        server = await stack.enter_async_context(program(folder, TURN_URLS=url(path), TURN_SECRET=relay.secret))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        changes, ends, reloads, others = [], [], [], []
        bare = await plain_reloads(browser, path, relay)
        async with meeting(browser, server.base, server.setup_link(), ONLY_RELAY % "{}") as sides:
            for _ in range(CHANGES):
                await steady(sides)
                changes.append(await back_after_change(path, sides))
            for _ in range(OUTAGES):
                await steady(sides)
                ends.append(await torn(path, sides))
            for number in range(RELOADS):
                await steady(sides)
                sees, heard = await reload(*(sides if number % 2 else sides[::-1]))
                reloads.append(sees)
                others.append(heard)
        bare += await plain_reloads(browser, path, relay)
        plain = await plain_changes(browser, path, relay)
    return [
        Line(Series("sound both ways after a change of path", "s", changes), Series("plain", "s", plain), 4, "value"),
        Line(Series("calls that 3 s without a network ended", "", [sum(ends)]), None, 0, "value"),
        Line(Series("reload to first picture", "ms", reloads), Series("plain", "ms", bare), 1000, "value"),
        Line(Series("reload to first sound on the other side", "ms", others), None, 1000, "value"),
    ]
