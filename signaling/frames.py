"""Our WebSocket protocol for uvicorn: its own, with a short way for what browsers send all day.

The handshake, fragments, control frames and every fault are the websockets library's work, as in uvicorn. Once a socket
is accepted, whole text frames go straight to the connection and from it straight to the network: no queue, no task and
no event between. A socket that idles is then a transport, a timer and a few objects.
"""

import asyncio
from typing import Any, Protocol, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

EXTENSION = "parlour.frames"
EARLY = 16 * 1024
WHOLE_TEXT = 0x81
MASKED = 0x80


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

    def say(self, payload: bytes) -> None: ...

    def unsent(self) -> int: ...

    def hang_up(self, code: int, reason: str, patience: float) -> None: ...


class Frames(WebSocketsSansIOProtocol):
    """`scope["extensions"][EXTENSION]["lane"]` is the socket; an application that attaches to it may return."""

    _sink: Sink | None = None
    _talks = False
    _rest: bytearray | None = None
    _wanted = 0

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][EXTENSION] = {"lane": self}

    # What comes in ---------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._sink is None:
            self._before(data)
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

    def _before(self, data: bytes) -> None:
        """Until somebody is attached: the handshake, and what a hasty client sends behind it."""
        if not self.handshake_initiated:
            super().data_received(data)
        elif not self.close_sent:
            self._rest = (self._rest or bytearray()) + data
            if len(self._rest) > EARLY:
                self.transport.abort()

    def _frame(self, data: bytes, at: int, size: int) -> None:
        # The library has only ever seen whole frames, so it waits for none of these bytes.
        is_text = data[at] == WHOLE_TEXT and data[at + 1] >= MASKED and self.conn.current_size is None
        if is_text and size <= self.config.ws_max_size:
            if self._talks and self._sink is not None:
                start = at + header_size(data[at + 1])
                self._sink.heard(apply_mask(data[start : at + size], data[start - 4 : start]))
            return
        if self._sink is not None:
            self._sink.noise()
        super().data_received(data[at : at + size])

    def send_receive_event_to_app(self) -> None:
        """A message in fragments, or one that is not text."""
        message, self.frames = b"".join(self.frames), []
        if self._talks and self._sink is not None:
            self._sink.heard(message if self.curr_msg_data_type == "text" else None)

    def handle_close(self, event: Any) -> None:
        self._talks = False
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        self._talks = False
        super().handle_parser_exception()
        self.loop.call_later(self.close_timeout, self.transport.abort)

    def keepalive_timeout(self) -> None:
        self._talks = False
        # Closing alone would wait for the network to take what is unsent, and this one takes nothing.
        super().keepalive_timeout()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._talks = False
        super().connection_lost(exc)
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.lost()

    # What goes out ---------------------------------------------------------------------------------------------

    def attach(self, sink: Sink) -> None:
        """From now on `sink` has this socket, and nobody else keeps anything for it."""
        early, self._rest, self._sink, self._talks = self._rest, None, sink, True
        self.queue, self.writable = cast("asyncio.Queue[Any]", NOWHERE), NOWHERE  # type: ignore[assignment]
        self.scope, self.request, self.response = None, None, None  # type: ignore[assignment]
        if self.disconnected:
            self._sink, self._talks = None, False
            sink.lost()
        elif early:
            self.data_received(bytes(early))

    def say(self, payload: bytes) -> None:
        """A text message. Quietly nothing once the socket closes."""
        if self._talks:
            self.transport.write(text_head(len(payload)) + payload)

    def unsent(self) -> int:
        """Bytes that the network has not taken yet."""
        return self.transport.get_write_buffer_size()

    def hang_up(self, code: int, reason: str, patience: float) -> None:
        """Closes with this code; whoever does not answer within `patience` seconds is cut off."""
        if not self._talks or self.transport.is_closing():
            return
        self._talks = False
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(patience, self.transport.abort)

    async def run_asgi(self) -> None:
        """As uvicorn's, but an application that attached somebody is done and the socket stays."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        if self._sink is None and self.close_timer is None:
            self.transport.close()


class _Nowhere:
    """Takes what uvicorn's protocol says to an application that waits for nothing."""

    def put_nowait(self, event: object) -> None: ...

    def set(self) -> None: ...

    def clear(self) -> None: ...


NOWHERE = _Nowhere()


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
