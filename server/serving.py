"""Running the program: one process, one port, and an end that nobody notices.

At SIGTERM: readiness turns to 503, the drain notice goes out, a moment passes for the
balancer to look, running requests finish, sockets close with 1012, the loops stop. A second
signal, or fifteen seconds, ends it at once.
"""

import asyncio
import fcntl
import gc
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from server.config import Settings
from server.patience import PatientHttp

GRACE_SECONDS = 15

Beat = Callable[[], Awaitable[None]]


class AlreadyRunning(Exception):
    """Another node holds this data folder; SQLite means one node."""


def lock_folder(data: Path) -> int:
    """Hold the data folder for this process; returns the open handle. Raises AlreadyRunning."""
    handle = os.open(data / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AlreadyRunning(f"another Parlour already uses {data.absolute()}") from None
    return handle


class Server(uvicorn.Server):
    """uvicorn, with our own order of stopping."""

    def __init__(self, config: uvicorn.Config, drain: Beat, ready: Beat) -> None:
        super().__init__(config)
        self._drain = drain
        self._ready = ready
        self._draining: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets=None) -> None:  # type: ignore[no-untyped-def]
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    async def startup(self, sockets=None) -> None:  # type: ignore[no-untyped-def]
        settle_memory()
        await super().startup(sockets)
        await self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: drain, then leave. Second: leave now."""
        if self._draining is not None or self._loop is None:
            self.should_exit = self.force_exit = True
            return
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain_and_leave())

    async def _drain_and_leave(self) -> None:
        try:
            await self._drain()
        finally:
            self.should_exit = True


def settle_memory() -> None:
    """What was loaded stays for good: the collector need not walk through it again and again while people talk."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def run(app: ASGIApp, settings: Settings, drain: Beat, ready: Beat, sockets: Mapping[str, Any]) -> None:
    """Serve until a signal ends it; `ready` is awaited once the port answers, `drain` before it stops.

    `sockets` are the settings of uvicorn that WebSockets ask for.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PatientHttp,
        **sockets,
        proxy_headers=False,  # our own middleware believes TRUSTED_PROXIES alone
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config, drain, ready).run()
