"""Child servers for benches: ours as `parlour ...`, a baseline as an ASGI app under the same uvicorn settings."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2

from bench.timing import Measure, cpu_seconds
from tests.engines.children import end, start, until
from tests.engines.parlour import OURS
from tests.engines.ports import free_port

REPO = {"PYTHONPATH": str(Path(__file__).parent.parent)}
REQUESTS = 60


@dataclass(frozen=True)
class Running:
    """A server that answers: its address, its process, and what it has printed."""

    base: str
    child: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def is_ready(self) -> bool:
        """Whether it has printed its JSON line, whole."""
        return any(line.startswith("{") and line.endswith("}") for line in self.log.read_text().splitlines())

    def said(self) -> dict[str, str]:
        """The one JSON line that it printed when it was ready."""
        (line,) = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return dict(json.loads(line))


def environment(**more: str) -> dict[str, str]:
    """This machine's environment without settings of a Parlour."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | more


async def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        async with httpx2.AsyncClient(trust_env=False) as client:
            return (await client.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def running(argv: list[str], port: int, path: str, **env: str) -> AsyncIterator[Running]:
    """The command, from when `path` answers until the block ends."""
    with tempfile.TemporaryDirectory(prefix="parlour-bench-") as folder:
        log = Path(folder) / "log"
        child = start(argv, log, env=environment(**env), cwd=Path(folder))
        try:
            await until(lambda: answers(f"http://127.0.0.1:{port}{path}"), child, log, within=60)
            yield Running(f"http://127.0.0.1:{port}", child, log)
        finally:
            await asyncio.to_thread(end, child)


@asynccontextmanager
async def parlour(*argv: str, data: Path, **settings: str) -> AsyncIterator[Running]:
    """`parlour <argv>` on a free port with this data folder."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "server", *argv]
    async with running(command, port, "/readyz", PORT=str(port), PARLOUR_DATA=str(data), **settings) as server:
        yield server


# Each round comes from an address of its own, so that the default rate limits stay in force and out of the way.
SOURCES = count(2)


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


@asynccontextmanager
async def demo(data: Path, **settings: str) -> AsyncIterator[tuple[Running, dict[str, str]]]:
    """A made-up clinic and its links, once they are printed."""
    async with parlour("demo", "--json", data=data, **settings) as server:
        await until(lambda: asyncio.to_thread(server.is_ready), server.child, server.log, within=60)
        yield server, server.said()
