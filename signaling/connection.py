"""One socket: the first message in time, an allowance, a limit to what waits to be sent. It knows no room.

Whether the other end is alive is found out by the server's own ping frames (`asgi.UVICORN`): browsers answer those by
themselves, also for a page in the background.
"""

import asyncio
import logging
from typing import Protocol

from signaling.allowance import Allowance
from signaling.errors import Close, Violation
from signaling.frames import Lane
from signaling.limits import Limits
from signaling.messages import ClientMessage, Error, Hello, Resume, decode, encode, number

log = logging.getLogger("parlour.signaling")


class Seat(Protocol):
    """Where a socket sits once its ticket was taken."""

    def heard(self, message: ClientMessage) -> None: ...

    def dropped(self) -> None: ...


class Desk(Protocol):
    """Who receives sockets: `seat` finds the place that a first message opens or raises `Violation`."""

    def seat(self, connection: "Connection", first: Hello | Resume) -> Seat: ...

    def gone(self, connection: "Connection") -> None: ...


class Connection:
    """Reads for one socket and writes to it, until either side is done."""

    __slots__ = ("_allowance", "_closing", "_desk", "_lane", "_limits", "_loop", "_patience", "_seat", "_seq")

    def __init__(self, lane: Lane, limits: Limits, desk: Desk) -> None:
        self._lane, self._limits, self._desk = lane, limits, desk
        self._loop = asyncio.get_running_loop()
        self._allowance = Allowance(limits, self._loop.time())
        self._patience: asyncio.TimerHandle | None = self._loop.call_later(limits.hello, self._too_late)
        self._seat: Seat | None = None
        self._closing: Close | None = None
        self._seq = 0

    def heard(self, frame: bytes | None) -> None:
        """A message from the other end; None is one that is not text."""
        if self._closing is not None:
            return
        try:
            if frame is None:
                raise Violation("binary", "Messages are text.")
            message = decode(frame)
            self._allowance.charge(message, self._loop.time())
            if self._seat is None:
                self._sit(message)
            else:
                self._seat.heard(message)
        except Violation as fault:
            self.refuse(fault)
        except Exception:
            log.exception("connection failed")
            self.shut(Close.OURS)

    def noise(self) -> None:
        """A frame that is no message: answered by nobody, counted all the same."""
        if self._closing is None and not self._allowance.bears(self._loop.time()):
            self.refuse(Violation("rate", "Too many frames.", Close.RATE))

    def lost(self) -> None:
        """The socket is gone."""
        self._closing = self._closing or Close.LEFT
        self._be_patient()
        if self._seat:
            self._seat.dropped()
        self._desk.gone(self)

    def push(self, frame: bytes) -> bool:
        """Sends an encoded message; False when the other end has not read for too long to take it."""
        if self._closing is not None:
            return True
        self._seq += 1
        return self._lane.say(number(frame, self._seq), self._limits.send_queue)

    def shut(self, code: Close) -> None:
        """Closes behind what was sent, and does not wait long for the other end to agree."""
        if self._closing is not None:
            return
        self._closing = code
        self._be_patient()
        self._lane.hang_up(int(code), code.name.lower(), self._limits.goodbye)

    def refuse(self, fault: Violation) -> None:
        """Tells the peer its fault, and closes if it is one that closes."""
        self.push(encode(Error(fault.code, fault.text), live=False))
        if fault.close is not None:
            self.shut(fault.close)

    def _sit(self, message: ClientMessage) -> None:
        if not isinstance(message, Hello | Resume):
            raise Violation("hello_first", "The first message is hello or resume.")
        self._seat = self._desk.seat(self, message)
        self._be_patient()

    def _too_late(self) -> None:
        self.shut(Close.HELLO_TIMEOUT)

    def _be_patient(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
