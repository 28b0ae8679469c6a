"""Speech over a bad network: a call of ours beside a plain call of two Chromium pages, by turns in every round.

Both meet the same profile with the same seed, in both directions, and both speak and listen on both sides. The window
starts some seconds after the profile does. Per run, both directions together:
concealed = (concealedSamples - silentConcealedSamples) / totalSamplesReceived; held = jitterBufferDelay /
jitterBufferEmittedCount; played = totalSamplesReceived / samples spoken, the worse direction. As root, on Linux
(tests/net/network.py).

    python -m bench impaired
    IMPAIRED_PROFILES='30 % loss,100 kbit/s' IMPAIRED_ROUNDS=1 IMPAIRED_WINDOW=15 python -m bench impaired
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect
from websockets.asyncio.server import serve

from bench.relay import relay
from bench.servers import running
from bench.timing import Line, Series, side_by_side
from tests.e2e.sides import WATCH, side
from tests.e2e.stage import Stage, staged
from tests.engines.ports import free_ports
from tests.net.link import CLEAN, Profile
from tests.net.network import Network, network

BARS = (
    "invented sound at most a fifth to a third of a plain call's, heard within 250 ms, and at least 95 % of it played"
)
ROUNDS = int(os.environ.get("IMPAIRED_ROUNDS", "5"))
WINDOW = float(os.environ.get("IMPAIRED_WINDOW", "60"))
LEAD = float(os.environ.get("IMPAIRED_LEAD", "10"))
SEED = int(os.environ.get("IMPAIRED_SEED", "1"))
CALM = 5.0  # seconds of a clean call before
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """`bar`: ours as a share of the plain call's; `aim`: per cent invented; `video`: kbit/s that ours may send."""

    name: str
    profile: Profile
    bar: float
    aim: float
    video: float | None = None


CASES = (
    Case("10 % loss", Profile(loss=0.1), 1 / 5, 0.5),
    Case("20 % loss", Profile(loss=0.2), 1 / 4, 2),
    Case("30 % loss", Profile(loss=0.3), 1 / 4, 6),
    Case("100 kbit/s", Profile(rate=100), 1 / 4, 2, video=60),
    Case("300 ms + 10 % loss", Profile(loss=0.1, delay=150), 1 / 3, 2),
)
FIGURES = """async () => {
  const stats = [...(await connections.at(-1).getStats()).values()]
  const one = (type, kind) => stats.find((stat) => stat.type === type && stat.kind === kind) ?? {}
  const heard = one('inbound-rtp', 'audio')
  return {
    at: performance.now(), samples: heard.totalSamplesReceived ?? 0,
    invented: (heard.concealedSamples ?? 0) - (heard.silentConcealedSamples ?? 0),
    delay: heard.jitterBufferDelay ?? 0, emitted: heard.jitterBufferEmittedCount ?? 0,
    spoken: (one('media-source', 'audio').totalSamplesDuration ?? 0) * 48000,
    video: one('outbound-rtp', 'video').bytesSent ?? 0,
  }
}"""
SPEAKS = """async () => {
  const stats = [...(await connections.at(-1)?.getStats() ?? []).values()]
  const heard = stats.filter((stat) => stat.type === 'inbound-rtp')
  const found = (kind, name) => heard.some((stat) => stat.kind === kind && stat[name] > 0)
  return found('audio', 'totalAudioEnergy') && found('video', 'framesDecoded')
}"""


@dataclass
class Found:
    """What was measured of one kind of call in one case; a figure per round."""

    invented: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    missing: list[float] = field(default_factory=list)
    video: list[float] = field(default_factory=list)

    def add(self, before: list[dict[str, float]], after: list[dict[str, float]]) -> float:
        """Takes the figures of both pages before and after the window; answers the invented share in per cent."""
        each = [{key: late[key] - early[key] for key in early} for early, late in zip(before, after, strict=True)]
        total = {key: sum(one[key] for one in each) for key in each[0]}
        self.invented.append(100 * total["invented"] / max(1, total["samples"]))
        self.held.append(1000 * total["delay"] / max(1, total["emitted"]))
        pairs = zip(each, reversed(each), strict=True)
        self.missing.append(100 * max(1 - heard["samples"] / max(1, said["spoken"]) for heard, said in pairs))
        self.video.append(8 * total["video"] / total["at"])
        return self.invented[-1]


@dataclass
class Ground:
    """Two browsers on the bad road, our stage and the plain page."""

    net: Network
    stage: Stage
    plain: str
    browsers: tuple[Browser, Browser]

    @asynccontextmanager
    async def ours(self) -> AsyncIterator[list[Page]]:
        """A call of ours, both sides in it."""
        await self.stage.stop()  # so that nobody of the last call is waited for
        self.stage.state = "waiting"
        await self.stage.start()
        one, two = self.browsers
        async with side(one, self.stage, "therapist") as therapist, side(two, self.stage, "patient") as patient:
            await patient.page.get_by_role("button", name="Open camera and microphone").click()
            for each in (therapist, patient):
                await expect(each.page.locator("[data-ready-words]")).to_contain_text("are open", timeout=20000)
            await therapist.page.get_by_role("button", name="Admit Jo").click()
            yield [therapist.page, patient.page]

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[list[Page]]:
        """A call of two plain pages."""
        async with AsyncExitStack() as stack:
            pages: list[Page] = []
            for browser in self.browsers:
                context = await browser.new_context(permissions=["camera", "microphone"])
                stack.push_async_callback(context.close)
                await context.add_init_script(WATCH)
                pages.append(await context.new_page())
                await pages[-1].goto(self.plain)
            for page in pages:
                await expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=20000)
            await pages[0].get_by_role("button", name="Go").click()
            yield pages

    async def run(self, case: Case, seed: int, call: Any, found: Found) -> float:
        """One call under this profile; the network is clean again after it."""
        async with call() as pages:
            for page in pages:
                await page.wait_for_function(SPEAKS, timeout=30000)
            await asyncio.sleep(CALM)
            await self.net.reseed(seed)
            await self.net.bad(case.profile)
            try:
                await asyncio.sleep(LEAD)
                before = await figures(pages)
                await asyncio.sleep(WINDOW)
                return found.add(before, await figures(pages))
            finally:
                await self.net.bad(CLEAN)

    async def measure(self, case: Case) -> list[Line]:
        """All rounds of a case, ours and plain by turns."""
        ours, plain = Found(), Found()

        async def mine(number: int) -> float:
            return await self.run(case, SEED + number, self.ours, ours)

        async def theirs(number: int) -> float:
            return await self.run(case, SEED + number, self.bare, plain)

        await side_by_side(ROUNDS, 0, mine, theirs)
        print(f"  {case.name}: invented {ours.invented} %, plain {plain.invented} %; held {ours.held} ms", flush=True)
        return lines(case, ours, plain)


async def figures(pages: list[Page]) -> list[dict[str, float]]:
    return list(await asyncio.gather(*(page.evaluate(FIGURES) for page in pages)))


def lines(case: Case, ours: Found, plain: Found) -> list[Line]:
    """Against the plain call, against the aim, and what must not be the price of it."""
    both = Series(f"{case.name}: invented", "%", ours.invented), Series("plain", "%", plain.invented)
    held = Series(f"{case.name}: held back", "ms", ours.held), Series("plain", "ms", plain.held)
    found = [
        Line(*both, bar=case.bar),
        Line(*both, bar=case.aim, bar_is="value"),
        Line(*held, bar=250, bar_is="value"),
        Line(Series(f"{case.name}: not played", "%", ours.missing), bar=5, bar_is="value"),
    ]
    video = Series(f"{case.name}: picture sent", "kbit/s", ours.video), Series("plain", "kbit/s", plain.video)
    return [*found, Line(*video, bar=case.video, bar_is="value")]


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Everything up, each page in a Chromium of its own place."""
    async with AsyncExitStack() as stack:
        net = await stack.enter_async_context(network(SEED))
        stage = await stack.enter_async_context(staged(host=net.host))
        [port] = free_ports(1)
        carrier = await stack.enter_async_context(serve(relay, net.host, 0, compression=None))
        files = [sys.executable, "-m", "http.server", "--bind", "0.0.0.0", "--directory", str(HERE), str(port)]
        await stack.enter_async_context(running(files, port, "/page_plain.html"))
        room = f"ws://{net.host}:{next(iter(carrier.sockets)).getsockname()[1]}/room"
        base = f"http://{net.host}:{port}"
        one, two = [await stack.enter_async_context(net.browser(place, stage.base, base)) for place in ("a", "b")]
        yield Ground(net, stage, f"{base}/page_plain.html?relay={room}", (one, two))


async def run() -> list[Line]:
    """Every case that was asked for."""
    wanted = os.environ.get("IMPAIRED_PROFILES", "")
    cases = [case for case in CASES if not wanted or case.name in wanted.split(",")]
    print(f"  seeds {SEED} to {SEED + ROUNDS - 1}, windows of {WINDOW:g} s, {LEAD:g} s after the profile")
    async with ground() as here:
        return [line for case in cases for line in await here.measure(case)]
