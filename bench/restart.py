"""Twenty crashes of the server in one session: how long the media stood still, and when both pages were back.

The whole program with a real clinic; two pages of one Chromium. The gap is the longest standstill of pictures drawn or
of sound packets on either side, from before the kill until after the return; beside it a stretch of the same call with
no kill. The server gives way to the pages, since in life it is another machine that starts. 'Back' is the time from the
first accepted connection until the later of both pages is in the call.
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
QUIET_SECONDS = 2


@asynccontextmanager
async def program(folder: Path, **settings: str) -> AsyncIterator[Parlour]:
    """`parlour serve` on an empty folder, which may be killed and started again."""
    port = free_port()
    own = {"PORT": str(port), "HOST": "127.0.0.1", "PARLOUR_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    given = environment(**own, **settings)
    server = Parlour(folder / "data", given, port, gives_way=True)
    await server.start()
    yield server
    await server.stop()


async def widest(sides: Sequence[Side]) -> float:
    return max([(await ended(one)).media for one in sides])


async def undisturbed(sides: Sequence[Side]) -> float:
    await begin(sides)
    await asyncio.sleep(QUIET_SECONDS)
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
    """One session, twenty crashes, the same call left alone between them."""
    chromium = find_chromium()
    assert chromium, MISSING
    gaps, backs, alone = [], [], []
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-"))
        server = await stack.enter_async_context(program(Path(folder)))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        sides = await stack.enter_async_context(meeting(browser, server.base, server.setup_link()))
        for _ in range(CRASHES):
            alone.append(await undisturbed(sides))
            gap, back = await crash(server, sides)
            gaps.append(gap)
            backs.append(back)
    worst, late = Series("longest gap of all", "ms", [max(gaps)]), Series("both back", "ms", backs)
    return [
        Line(Series("longest gap of picture or sound", "ms", gaps), Series("nothing killed", "ms", alone)),
        Line(worst, None, GAP_MS, "value"),
        Line(late),
        Line(Series("both back, 95 of 100", "ms", [late.quantile(0.95)]), None, BACK_MS, "value"),
    ]
