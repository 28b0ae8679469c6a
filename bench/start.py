"""How long `parlour serve` takes from its start on existing data to the first 200 of /healthz."""

import asyncio
import socket
import sys
import tempfile
import time
from pathlib import Path

from bench.servers import environment, parlour
from bench.timing import Line, Measure, Series, side_by_side
from tests.engines.children import end, start
from tests.engines.ports import free_port

BARS = "`parlour serve` answers within 3 s of its start on existing data"
ROUNDS, WARM_UPS, PATIENCE = 7, 1, 30


def until_healthy(argv: list[str], folder: Path, *, patience: float = PATIENCE, **env: str) -> Measure:
    """Seconds from the start of the process to the first 200."""

    async def measure(number: int) -> float:
        port = free_port()
        command = [part.replace("{port}", str(port)) for part in argv]
        began = time.perf_counter()
        child = start(command, folder / "log", env=environment(PORT=str(port), **env), cwd=folder)
        try:
            await asyncio.to_thread(_knock, port, began + patience)
            return time.perf_counter() - began
        finally:
            await asyncio.to_thread(end, child)

    return measure


def _knock(port: int, deadline: float) -> None:
    """Asks by a bare socket every few milliseconds: a client's own start must not count. TimeoutError past it."""
    request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    while time.perf_counter() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(request)
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            time.sleep(0.005)
    raise TimeoutError(f"nothing answered on {port}")


async def run() -> list[Line]:
    """The program, beside the same Python that only imports uvicorn and answers."""
    bare = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory(prefix="parlour-bench-data-") as name:
        folder = Path(name)
        async with parlour("serve", data=folder / "data"):
            pass
        ours, theirs = await side_by_side(
            ROUNDS,
            WARM_UPS,
            until_healthy([sys.executable, "-P", "-m", "server", "serve"], folder, PARLOUR_DATA=str(folder / "data")),
            until_healthy([sys.executable, "-m", "bench.bare", "{port}", "1"], folder, PYTHONPATH=str(bare)),
        )
    baseline = Series("bare Starlette and Jinja", "s", theirs)
    return [Line(Series("start to first answer", "s", ours), baseline, bar=3, bar_is="value")]
