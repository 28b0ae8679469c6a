"""The child process in which all server-side media runs, as the program sees it.

It starts at the first order and never before; one that died is replaced at the next order; it ends with the program,
however that ends, because its socket does. Nothing here waits for media: pages never do.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from signaling.media.wire import Order, Refused, Report, frame, read_report

ANSWER_SECONDS = 15.0  # the first order also starts Python and loads the media libraries
END_SECONDS = 5.0
TRIES = 2

Make = Callable[[int], Order]
"""An order with the number it is given."""


class Lost(Exception):
    """The worker died before it answered."""


class Worker:
    """One worker, made when it is needed. `answer_seconds`: how long an order may take."""

    def __init__(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._answer_seconds = answer_seconds
        self._child: _Child | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that runs now; None: there is none."""
        return self._child.process.pid if self._child and self._child.runs else None

    async def ask(self, make: Make) -> Report:
        """What became of an order. One that a worker died of is given to a second worker, and to no third."""
        for _ in range(TRIES):
            if self._closed:
                break
            child = await self._running()
            with suppress(Lost):
                return await child.ask(make, self._answer_seconds)
        return Refused(0, "lost")

    async def close(self) -> None:
        """The worker closes what it holds and ends; insisted upon after five seconds."""
        self._closed = True
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    async def _running(self) -> "_Child":
        async with self._starting:
            if self._child is None or not self._child.runs:
                if self._child is not None:
                    await self._child.end()
                self._child = await _Child.start()
            return self._child


class _Child:
    """A process that runs, its socket, and the orders that wait for a report."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process, self._reader, self._writer = process, reader, writer
        self._waiting: dict[int, asyncio.Future[Report]] = {}
        self._number = 0
        self._listening = asyncio.create_task(self._listen(), name="media worker")

    @classmethod
    async def start(cls) -> "_Child":
        ours, theirs = socket.socketpair()
        argv = (sys.executable, "-P", "-m", "signaling.media.child", str(theirs.fileno()))
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.DEVNULL, pass_fds=(theirs.fileno(),), env=_environment()
            )
        finally:
            theirs.close()
        return cls(process, *await asyncio.open_unix_connection(sock=ours))

    @property
    def runs(self) -> bool:
        return not self._listening.done()

    async def ask(self, make: Make, within: float) -> Report:
        """Raises Lost when the worker dies first; one that lives and does not answer in time has no answer."""
        self._number += 1
        number = self._number
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(frame(make(number)))
            async with asyncio.timeout(within):
                report: Report = await waiting
                return report
        except TimeoutError:
            return Refused(number, "lost")
        finally:
            self._waiting.pop(number, None)

    async def _listen(self) -> None:
        while report := await read_report(self._reader):
            waiting = self._waiting.get(report.number)
            if waiting and not waiting.done():
                waiting.set_result(report)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Lost())

    async def end(self) -> None:
        """Its socket closes, which is how it learns that it is over."""
        self._writer.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        with suppress(ConnectionError):
            await self._writer.wait_closed()


def _environment() -> dict[str, str]:
    """Where the worker finds this very package, and none of the program's secrets."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": path}
