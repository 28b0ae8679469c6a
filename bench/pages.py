"""Server CPU of a booking page beside a bare page of the same size, request by request on one connection.

python -m bench pages                       the clinic of `parlour demo`
BENCH_URL=... BENCH_PID=... python -m bench pages      a server that runs already
"""

import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import httpx2

from bench.servers import demo, running
from bench.timing import Line, Measure, Series, cpu_seconds, side_by_side
from tests.engines.ports import free_port

BARS = "booking page: server CPU at most 3 times a bare Starlette and Jinja page of the same size"
ROUNDS, WARM_UPS, REQUESTS = 15, 2, 60
# Each round comes from an address of its own, so that the default rate limits stay in force and out of the way.
SOURCES = count(2)


@asynccontextmanager
async def target() -> AsyncIterator[tuple[str, int]]:
    """Address of the page and the process that serves it."""
    if given := os.environ.get("BENCH_URL"):
        yield given, int(os.environ["BENCH_PID"])
        return
    with tempfile.TemporaryDirectory(prefix="parlour-bench-data-") as folder:
        async with demo(Path(folder) / "data") as (server, said):
            yield said["booking"].replace("localhost", "127.0.0.1"), server.pid


def cpu_per_request(url: str, pid: int) -> Measure:
    """Milliseconds of server CPU per GET, over one round of requests on one connection."""

    async def measure(number: int) -> float:
        transport = httpx2.AsyncHTTPTransport(local_address=f"127.0.2.{next(SOURCES) % 250 + 2}")
        async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
            (await client.get(url)).raise_for_status()
            before = cpu_seconds(pid)
            for _ in range(REQUESTS):
                answer = await client.get(url)
                assert answer.status_code == 200, answer.status_code
            return (cpu_seconds(pid) - before) / REQUESTS * 1000

    return measure


async def run() -> list[Line]:
    """The page as it is served, beside the bare one."""
    async with target() as (url, pid), httpx2.AsyncClient(trust_env=False) as client:
        size = len((await client.get(url)).content)
        port = free_port()
        async with running([sys.executable, "-m", "bench.bare", str(port), str(size)], port, "/", **REPO) as bare:
            ours, theirs = await side_by_side(
                ROUNDS, WARM_UPS, cpu_per_request(url, pid), cpu_per_request(f"{bare.base}/", bare.pid)
            )
    what = f"booking page, {size / 1000:.0f} kB, CPU per request"
    return [Line(Series(what, "ms", ours), Series("bare Starlette and Jinja", "ms", theirs), bar=3)]


REPO = {"PYTHONPATH": str(Path(__file__).parent.parent)}
