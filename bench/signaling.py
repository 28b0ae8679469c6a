"""Our signaling beside the PeerJS server in the same run: one whole call, a thousand messages a second, idle sockets.

A call is two joins, 60 messages of 1.0 to 1.9 KB between the two, and two leaves; two hundred go on at once. Ours has
every check on: origin, signed ticket, epoch, the question who may stay, size, rate, schema, who may hear whom. CPU is
what the scheduler counted for the server's process. Server and callers have a core each where there are two.
"""

import asyncio
import json
import os
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bench.peerjs import peerjs
from bench.servers import REPO, Running, environment, running
from bench.timing import Line, Series
from tests.engines.ports import free_port

BARS = (
    "CPU of a whole call not above the PeerJS server's; at most 0.3 ms (p50) added to a message at 1,000 a second; "
    "an idle socket at most 30 KB; nothing lost, damaged or out of order"
)
ROUNDS, WARM_UPS = 7, 2
CPU_RATIO, DELAY_MS, SOCKET_KB = 1.0, 0.3, 30.0

Server = Callable[[], AbstractAsyncContextManager[Running]]
Figures = dict[str, list[dict[str, float]]]


@asynccontextmanager
async def ours() -> AsyncIterator[Running]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="parlour-bench-") as folder:
        argv = [sys.executable, "-P", "-m", "bench.alone", str(port), str(Path(folder) / "data")]
        async with running(argv, port, "/readyz", **REPO) as server:
            yield server


SERVERS: dict[str, Server] = {"ours": ours, "peerjs": peerjs}


async def callers(kind: str, server: Running | None, work: str) -> dict[str, float]:
    """What a fresh process of callers found out. Raises AssertionError with its words when a message went astray."""
    port, pid = (server.port, server.pid) if server else (0, os.getpid())
    argv = [sys.executable, "-P", "-m", "bench.callers", kind, str(port), str(pid), work]
    child = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment(**REPO)
    )
    pin(child.pid, 0)
    said, problem = await child.communicate()
    assert child.returncode == 0, f"{kind}, {work}: {problem.decode()}"
    return dict(json.loads(said))


def pin(pid: int, core: int) -> None:
    """Gives a process (all threads it has) one core, where there are two."""
    if len(os.sched_getaffinity(0)) < 2:
        return
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


async def in_turn(work: str, rounds: int, warm_ups: int) -> Figures:
    """Both servers, each round one first and then the other by turns."""
    found: Figures = {kind: [] for kind in SERVERS}
    async with ours() as one, peerjs() as other:
        servers = {"ours": one, "peerjs": other}
        for server in servers.values():
            pin(server.pid, 1)
        for number in range(warm_ups + rounds):
            for kind in sorted(servers, reverse=number % 2 == 1):
                figures = await callers(kind, servers[kind], work)
                if number >= warm_ups:
                    found[kind].append(figures)
    return found


def side_by_side(found: Figures, name: str, what: str, unit: str, bar: float | None = None, bar_is: str = "") -> Line:
    mine, theirs = ([one[name] for one in found[kind]] for kind in ("ours", "peerjs"))
    return Line(Series(what, unit, mine), Series(f"{what}, PeerJS", unit, theirs), bar, bar_is or "ratio")


async def run() -> list[Line]:
    """Three runs: calls and delays on servers that stay, memory on fresh ones."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    calls = await in_turn("calls", ROUNDS, WARM_UPS)
    steady = await in_turn("steady", 3, 1)
    bare = [await callers("straight", None, "steady") for _ in range(3)]
    idle = await in_turn("idle", 1, 0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return [
        side_by_side(calls, "call", "CPU of a whole call", "ms", CPU_RATIO),
        side_by_side(calls, "joins", "  of it two joins", "ms"),
        side_by_side(calls, "messages", "  of it 60 messages", "ms"),
        side_by_side(calls, "leaves", "  of it two leaves", "ms"),
        side_by_side(steady, "p50", "one message, 1,000 a second", "ms"),
        Line(
            Series("  above callers without a server", "ms", [one["p50"] for one in steady["ours"]]),
            Series("callers without a server", "ms", [one["p50"] for one in bare]),
            DELAY_MS,
            "above",
        ),
        side_by_side(steady, "p99", "the slowest of a hundred", "ms"),
        side_by_side(steady, "cpu", "CPU of one message then", "ms"),
        side_by_side(idle, "kb", "one idle socket of 5,000", "KB", SOCKET_KB, "value"),
        side_by_side(idle, "after", "the server with all of them", "MB"),
    ]
