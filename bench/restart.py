"""Twenty crashes of the server in one session: how long the media stood still, and when both pages were back.

The whole program with a real clinic; two pages of one Chromium. What was missing is the larger of two sums, on either
side, from before the kill until after the return: sound that the browser had to invent, and freezes of the picture that
it counted; no gap is longer. Beside it the same call with no kill, while a second server that nobody asks starts on the
same machine: what a start takes from the pages is in both. Servers give way to the pages, since in life it is another
machine that starts. 'Back' is the time from the first accepted connection until the later of both pages is in the call.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import async_playwright

from bench.servers import environment
from bench.timing import Line, Series
from tests.e2e.gaps import answers_at, begin, ended, greeted
from tests.e2e.meeting import meeting
from tests.e2e.sides import Side
from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.engines.parlour import Parlour
from tests.engines.ports import free_port

BARS = "kill -9 and restart in mid-call: no media gap above 500 ms, both back 1.5 s after the port answers (95 of 100)"
CRASHES, GAP_MS, BACK_MS = 20, 500, 1500


@asynccontextmanager
async def program(folder: Path, *, gives_way: bool = False, **settings: str) -> AsyncIterator[Parlour]:
    """`parlour serve` on an empty folder, which may be killed and started again."""
    port = free_port()
    own = {"PORT": str(port), "HOST": "127.0.0.1", "PARLOUR_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    given = environment(**own, **settings)
    server = Parlour(folder / "data", given, port, gives_way=gives_way)
    await server.start()
    yield server
    await server.stop()


async def widest(sides: Sequence[Side]) -> float:
    return max([(await ended(one)).media for one in sides])


async def undisturbed(other: Parlour, sides: Sequence[Side]) -> float:
    """The gap, in milliseconds, while a server starts that this call has nothing to do with."""
    await other.kill9()
    await begin(sides)
    await other.start()
    return await widest(sides)


async def crash(server: Parlour, sides: Sequence[Side]) -> tuple[float, float]:
    """(gap, back) in milliseconds."""
    await begin(sides)
    await server.kill9()
    starting = asyncio.create_task(server.start())
    answered = await answers_at(server.port)
    for one in sides:
        await greeted(one)
    await starting
    back = max([(await ended(one)).greeted[0] for one in sides]) - answered
    return await widest(sides), 1000 * back


async def run() -> list[Line]:
    """One session, twenty crashes, and as often another server's start."""
    chromium = find_chromium()
    assert chromium, MISSING
    gaps, backs, alone = [], [], []
    async with AsyncExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-")) for _ in range(2)]
        server, other = [await stack.enter_async_context(program(Path(folder), gives_way=True)) for folder in folders]
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        sides = await stack.enter_async_context(meeting(browser, server.base, server.setup_link()))
        for _ in range(CRASHES):
            alone.append(await undisturbed(other, sides))
            gap, back = await crash(server, sides)
            gaps.append(gap)
            backs.append(back)
    worst, late = Series("most of all", "ms", [max(gaps)]), Series("both back", "ms", backs)
    return [
        Line(Series("sound or picture missing", "ms", gaps), Series("another starts", "ms", alone)),
        Line(Series("most of all while another starts", "ms", [max(alone)])),
        Line(worst, None, GAP_MS, "value"),
        Line(late),
        Line(Series("both back, 95 of 100", "ms", [late.quantile(0.95)]), None, BACK_MS, "value"),
    ]
