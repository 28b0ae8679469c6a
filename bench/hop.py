"""From one network to another in mid-call, without a relay: how soon sound is back both ways.

Each page has a Chromium in a place of its own with two ways out (tests/net/network.py). The way in use dies in silence,
for the page's socket too, and still looks alive; the other comes up in the same moment, with another address. Beside it
a plain call of two Chromium pages, which does nothing by itself; what is not back after `PATIENCE` counts as that. As
root, on Linux.

    python -m bench hop
"""

import asyncio
import time
from collections.abc import Sequence

from playwright.async_api import Page

from bench.impaired import SPEAKS, Ground, ground
from bench.timing import Line, Series
from tests.e2e.gaps import METER, sound_again
from tests.e2e.sides import Side

BARS = "sound both ways within 4 s after one of the two is on another network"
HOPS, PLAIN_HOPS, PATIENCE, STEADY_SECONDS = 10, 3, 15, 3
FIRST, OTHER = 0, 1


async def back_after_hop(here: Ground, pages: Sequence[Page]) -> float:
    """Seconds until the later side hears again, `PATIENCE` when it does not. After it all is on the first network."""
    for page in pages:
        await page.wait_for_function(SPEAKS, timeout=30000)
        await page.evaluate(f"() => {{ {METER} }}")
    await asyncio.sleep(STEADY_SECONDS)
    gone = time.time()
    await here.net.change_path("a", OTHER)
    try:
        async with asyncio.timeout(PATIENCE):
            return max(await sound_again([Side(page) for page in pages], gone)) - gone
    except TimeoutError:
        return PATIENCE
    finally:
        await here.net.change_path("a", FIRST)


async def run() -> list[Line]:
    ours: list[float] = []
    plain: list[float] = []
    async with ground() as here:
        for number in range(HOPS):
            async with here.ours() as pages:
                ours.append(await back_after_hop(here, pages))
            if number < PLAIN_HOPS:
                async with here.bare() as pages:
                    plain.append(await back_after_hop(here, pages))
    return [Line(Series("sound both ways on another network", "s", ours), Series("plain", "s", plain), 4, "value")]
