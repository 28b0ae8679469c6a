"""One WebSocket: the first frame in time, a read loop with an allowance, a bounded writer. It knows no room.

Runs on any ASGI server. Whether the other end is alive is found out by the server's own ping frames
(`asgi.UVICORN`): browsers answer those by themselves, also for a page in the background.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from signaling.allowance import Allowance
from signaling.errors import Close, Violation
from signaling.limits import Limits
from signaling.messages import ClientMessage, Error, Hello, Resume, decode, encode, number

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
SendEvent = Callable[[Event], Awaitable[None]]


class Seat(Protocol):
    """Where a socket sits once its ticket was taken."""

    def heard(self, message: ClientMessage) -> None: ...

    def dropped(self) -> None: ...


Greet = Callable[["Connection", Hello | Resume], Seat]


class Connection:
    """Reads for one socket and writes to it, until either side is done."""

    __slots__ = (
        "_allowance", "_closing", "_limits", "_patience", "_pending", "_queued", "_receive", "_seat", "_send", "_seq",
        "_writer",
    )  # fmt: skip

    def __init__(self, receive: Receive, send: SendEvent, limits: Limits) -> None:
        self._receive, self._send, self._limits = receive, send, limits
        self._allowance = Allowance(limits, asyncio.get_running_loop().time())
        self._patience = asyncio.timeout(limits.hello)
        self._seat: Seat | None = None
        self._closing: Close | None = None
        self._pending: deque[tuple[str, int]] = deque()
        self._queued = 0
        self._seq = 0
        self._writer: asyncio.Task[None] | None = None

    async def run(self, greet: Greet) -> None:
        """The whole life of an accepted socket. `greet` finds the seat for a first frame or raises `Violation`."""
        try:
            async with self._patience:
                await self._read(greet)
        except TimeoutError:
            if self._closing is None:
                self._closing = Close.HELLO_TIMEOUT
                await self._send(_close_event(self._closing))
        finally:
            self._closing = self._closing or Close.LEFT
            if self._seat:
                self._seat.dropped()
            if self._writer:
                self._writer.cancel()
                await asyncio.wait([self._writer])

    def push(self, frame: bytes) -> bool:
        """Queues an encoded message; False when the other end has not read for too long to take it."""
        if self._closing is not None:
            return True
        if self._queued + len(frame) > self._limits.send_queue:
            return False
        self._seq += 1
        self._pending.append((number(frame, self._seq), len(frame)))
        self._queued += len(frame)
        self._wake()
        return True

    def shut(self, code: Close) -> None:
        """Writes what is queued, closes, and does not wait long for either."""
        if self._closing is not None:
            return
        self._closing = code
        self._patience.reschedule(asyncio.get_running_loop().time() + self._limits.goodbye)
        self._wake()

    def refuse(self, fault: Violation) -> None:
        """Tells the peer its fault, and closes if it is one that closes."""
        self.push(encode(Error(fault.code, fault.text), live=False))
        if fault.close is not None:
            self.shut(fault.close)

    async def _read(self, greet: Greet) -> None:
        while (event := await self._receive())["type"] != "websocket.disconnect":
            if self._closing is not None:
                continue
            try:
                self._take(event.get("text"), greet)
            except Violation as fault:
                self.refuse(fault)

    def _take(self, text: str | None, greet: Greet) -> None:
        if text is None:
            raise Violation("binary", "Messages are text.")
        message = decode(text)
        self._allowance.charge(message, asyncio.get_running_loop().time())
        if self._seat:
            self._seat.heard(message)
        elif isinstance(message, Hello | Resume):
            self._seat = greet(self, message)
            self._patience.reschedule(None)
        else:
            raise Violation("hello_first", "The first message is hello or resume.")

    def _wake(self) -> None:
        # A writer lives only while there is something to write: an idle socket costs no task and no queue.
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._pending:
                text, size = self._pending.popleft()
                await self._send({"type": "websocket.send", "text": text})
                self._queued -= size
            if self._closing is not None:
                await self._send(_close_event(self._closing))
        except (OSError, RuntimeError):
            # Gone or being closed by the server itself; the read loop hears of it as well and ends the connection.
            self._pending.clear()
        finally:
            self._writer = None


def _close_event(code: Close) -> Event:
    return {"type": "websocket.close", "code": int(code), "reason": code.name.lower()}
