"""Our WebSocket protocol for uvicorn: whole text frames go straight to whoever is attached, and straight back out.

No queue, no task and no event stand between, so a socket that idles is a transport, a timer and a few objects. Pongs
are looked at here too; all else (fragments, pings, closing, and every fault) is the websockets library's work.
"""

import asyncio
from typing import Protocol

from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, State
from websockets.protocol import Protocol as Library

from signaling.upgrade import Upgrade

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

WHOLE_TEXT, WHOLE_CLOSE, WHOLE_PONG = 0x81, 0x88, 0x8A
PING = b"\x89\x00"
MASKED = 0x80
PATIENCE = 2.0


class Sink(Protocol):
    """Who a socket's messages are for."""

    def heard(self, frame: bytes | None) -> None:
        """A message; None for one that is not text."""

    def noise(self) -> None:
        """A frame that is no message: a control frame or a fragment."""

    def lost(self) -> None:
        """The socket is gone; nothing follows."""


class Lane(Protocol):
    """A socket, for whoever is attached to it."""

    def attach(self, sink: Sink) -> None: ...

    def say(self, payload: bytes, most: int) -> bool: ...

    def hang_up(self, code: int, reason: str, patience: float) -> None: ...


class Frames(Upgrade):
    """A socket: a `Lane` for whoever attaches to it."""

    _sink: Sink | None = None
    _talks = False
    _rest: bytearray | None = None
    _wanted = 0
    _library: Library | None = None
    _parts: list[bytes] | None = None
    _is_text = True
    _pinged = False
    _beat: asyncio.TimerHandle | None = None

    # What comes in ---------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._sink is None:
            super().data_received(data)
            return
        end = len(data)
        # What nearly always comes: one message of a usual size, whole.
        if (
            self._rest is None
            and end > 8
            and data[0] == WHOLE_TEXT
            and data[1] == MASKED + 126
            and (data[2] << 8 | data[3]) + 8 == end
            and self._parts is None
        ):
            if self._talks:
                self._sink.heard(apply_mask(data[8:], data[4:8]))
            return
        if self._rest is not None:
            self._rest += data
            if len(self._rest) < self._wanted:
                return
            data, self._rest = bytes(self._rest), None
        at, end = 0, len(data)
        while at < end:
            size = frame_size(data, at, end)
            if size == 0 or (at + size > end and size <= self.config.ws_max_size):
                self._rest, self._wanted = bytearray(data[at:]), size or end - at + 1
                return
            self._frame(data, at, size)
            at += size

    def _frame(self, data: bytes, at: int, size: int) -> None:
        short = data[at + 1]
        if data[at] == WHOLE_TEXT and short >= MASKED and size <= self.config.ws_max_size and self._parts is None:
            if self._talks and self._sink is not None:
                start = at + header_size(short)
                self._sink.heard(apply_mask(data[start : at + size], data[start - 4 : start]))
            return
        if self._sink is not None:
            self._sink.noise()
        if not self._talks and data[at] != WHOLE_CLOSE:
            return
        if data[at] == WHOLE_PONG and MASKED <= short < MASKED + 126:
            self._pinged = False
        else:
            self._rare(data[at : at + size])

    def _rare(self, data: bytes) -> None:
        """Whole frames, or the head of one that is too large: the library waits for none of these bytes."""
        if self._library is None:
            self._library = Library(SERVER, state=State.OPEN, max_size=self.config.ws_max_size)
        library = self._library
        library.receive_data(data)
        for event in library.events_received():
            if isinstance(event, Frame):
                self._event(event)
        self.transport.write(b"".join(library.data_to_send()))
        if library.state is not State.OPEN and (library.close_rcvd or library.parser_exc):
            self._talks = False
            self._close(PATIENCE)

    def _event(self, frame: Frame) -> None:
        if frame.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._is_text, self._parts = frame.opcode is Opcode.TEXT, []
        elif frame.opcode is not Opcode.CONT:
            return
        if self._parts is None or not self._talks:
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            message, self._parts = b"".join(self._parts), None
            if self._talks and self._sink is not None:
                self._sink.heard(message if self._is_text else None)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._talks = False
        self._stop()
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.lost()

    # What goes out ---------------------------------------------------------------------------------------------

    def attach(self, sink: Sink) -> None:
        """From now on `sink` has this socket, and nobody else keeps anything for it."""
        if self._gone:
            sink.lost()
            return
        early, self._early, self._opening = self._early, b"", None
        self._sink, self._talks = sink, True
        if self.config.ws_ping_interval:
            self._beat = self.loop.call_later(self.config.ws_ping_interval, self._ping)
        if early:
            self.data_received(early)

    def say(self, payload: bytes, most: int) -> bool:
        """A text message; quietly nothing once the socket closes.

        False, and not sent, when the network would then have more than `most` bytes that it has not taken yet.
        """
        size = len(payload)
        if self.transport.get_write_buffer_size() + size > most:
            return False
        if self._talks:
            self.transport.write(text_head(size) + payload)
        return True

    def hang_up(self, code: int, reason: str, patience: float) -> None:
        """Closes with this code; whoever does not answer within `patience` seconds is cut off."""
        if not self._talks or self.transport.is_closing():
            return
        self._talks = False
        if self._library is None:
            self._library = Library(SERVER, state=State.OPEN, max_size=self.config.ws_max_size)
        self._library.send_close(code, reason)
        self.transport.write(b"".join(self._library.data_to_send()))
        self._stop()
        self._beat = self.loop.call_later(patience, self.transport.abort)

    def shutdown(self) -> None:
        if self._sink is None:
            super().shutdown()
        else:
            self.hang_up(1012, "restart", PATIENCE)
            self.transport.close()

    def _close(self, patience: float) -> None:
        """Once what was written is out, or `patience` seconds are over: closing alone waits for a reader."""
        self._stop()
        self.transport.close()
        self._beat = self.loop.call_later(patience, self.transport.abort)

    # Whether the other end is there ------------------------------------------------------------------------------

    def _ping(self) -> None:
        self._pinged = True
        self.transport.write(PING)
        self._beat = self.loop.call_later(self.config.ws_ping_timeout or PATIENCE, self._judge)

    def _judge(self) -> None:
        """Nothing since the ping: the path is dead, and what is unsent will never be taken."""
        if self._pinged:
            self._talks = False
            self.transport.abort()
            return
        rest = (self.config.ws_ping_interval or 0) - (self.config.ws_ping_timeout or PATIENCE)
        self._beat = self.loop.call_later(max(rest, 0), self._ping)

    def _stop(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None


def frame_size(data: bytes, at: int, end: int) -> int:
    """Bytes of the frame that begins at `at`, 0 while its head is not all there; all of them when it has no mask."""
    if end - at < 2:
        return 0
    short = data[at + 1]
    if short < MASKED:
        return end - at
    if short < MASKED + 126:
        return short - MASKED + 6
    if short == MASKED + 126:
        return 0 if end - at < 4 else ((data[at + 2] << 8) | data[at + 3]) + 8
    return 0 if end - at < 10 else int.from_bytes(data[at + 2 : at + 10], "big") + 14


def header_size(short: int) -> int:
    """Bytes before the payload of a masked frame whose second byte is `short`."""
    return 6 if short < MASKED + 126 else 8 if short == MASKED + 126 else 14


def text_head(size: int) -> bytes:
    """The head of a whole text frame from the server."""
    if size < 126:
        return bytes((WHOLE_TEXT, size))
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")
