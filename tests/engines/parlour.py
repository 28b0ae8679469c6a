"""The program itself as a person starts it: a child process on a port and a data folder of its own."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from tests.engines.children import end, start, until
from tests.engines.ports import free_port

SETUP_LINK = re.compile(r"https?://\S+/set-up/\S+")
# The machine's own settings must not leak into a server under test.
OURS = (
    "PARLOUR_",
    "DATABASE_",
    "KEYS_",
    "REDIS_",
    "SMTP_",
    "MAIL_",
    "SMS_",
    "TURN_",
    "LOG_",
    "METRICS_",
    "PUBLIC_",
    "TRUSTED_",
)


@dataclass
class Parlour:
    """A server that answers /readyz. `base` is its URL, `data` its folder, `env` what it was started with.

    `gives_way`: whether it takes the processor only when nobody else wants it, as a server on another machine would.
    """

    data: Path
    env: dict[str, str]
    port: int
    argv: tuple[str, ...] = ("serve",)
    runs: list[subprocess.Popen[bytes]] = field(default_factory=list)
    gives_way: bool = False

    @property
    def base(self) -> str:
        host = self.env["HOST"]
        return f"http://{'localhost' if host == '127.0.0.1' else host}:{self.port}"

    @property
    def pid(self) -> int:
        return self.runs[-1].pid

    @property
    def _log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def log(self) -> str:
        """Everything it has printed so far, over all its runs."""
        return self._log.read_text(errors="replace")

    def setup_link(self) -> str:
        """The one-time set-up link that the newest start printed."""
        found = SETUP_LINK.findall(self.log())
        assert found, f"no set-up link in what the server printed:\n{self.log()}"
        return str(found[-1])

    async def start(self, within: float = 30) -> None:
        """Starts it and returns when /readyz answers 200; AssertionError with its log otherwise."""
        command = [
            *(("chrt", "--idle", "0") if self.gives_way else ()),
            sys.executable,
            "-P",
            "-m",
            "server",
            *self.argv,
        ]
        child = start(command, self._log, env=self.env, cwd=self.data.parent)
        self.runs.append(child)
        async with httpx2.AsyncClient(trust_env=False) as client:
            await until(lambda: _ready(client, f"{self.base}/readyz"), child, self._log, within)

    async def stop(self) -> int:
        """Asks it to end (SIGTERM) and answers its exit code."""
        return await asyncio.to_thread(end, self.runs[-1])

    async def kill9(self) -> None:
        """Takes it away without a word, as a crash does."""
        self.runs[-1].kill()
        await asyncio.to_thread(self.runs[-1].wait)

    async def restart(self) -> None:
        """Ends it if it still runs and starts it again on the same port and data."""
        await self.stop()
        await self.start()


async def _ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


StartParlour = Callable[..., Awaitable[Parlour]]


async def _factory(folder: Path) -> AsyncIterator[StartParlour]:
    started: list[Parlour] = []

    async def new(*argv: str, data: Path | None = None, **settings: str) -> Parlour:
        port = free_port()
        data = data or folder / f"data{len(started)}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        env = clean | {"PORT": str(port), "HOST": "127.0.0.1", "PARLOUR_DATA": str(data), "PYTHONUNBUFFERED": "1"}
        one = Parlour(data, env | settings, port, argv or ("serve",))
        started.append(one)
        await one.start()
        return one

    yield new
    for one in started:
        await one.stop()


@pytest_asyncio.fixture
async def parlour_server(tmp_path: Path) -> AsyncIterator[StartParlour]:
    """`await parlour_server()` starts `parlour serve` on an empty data folder; settings as keywords, e.g. TURN_URLS=...

    `await parlour_server("demo")` runs another command, `data=` reuses a folder. All are ended after the test.
    """
    async for new in _factory(tmp_path):
        yield new


@pytest_asyncio.fixture(scope="module")
async def parlour_module(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StartParlour]:
    """The same, kept for all tests of a module that walk one story."""
    async for new in _factory(tmp_path_factory.mktemp("parlour")):
        yield new
