"""An HTTP protocol that closes connections which never get to the point.

uvicorn waits for ever for the rest of a header or a body. Here a header has ten seconds and
64 KiB, a body thirty seconds; a phone on a poor network needs less than one.
"""

from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_BYTES = 64 * 1024


class PatientHttp(HttpToolsProtocol):
    """uvicorn's protocol with two clocks and a limit on the size of a header."""

    header_seconds = 10.0
    body_seconds = 30.0
    _timer: TimerHandle | None = None
    _header_bytes = 0
    _in_header = True

    def connection_made(self, transport) -> None:  # type: ignore[no-untyped-def]
        super().connection_made(transport)
        self._give(self.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        began_in_header = self._in_header
        super().data_received(data)
        # Counted after parsing, and only while the header goes on: the first read may hold a whole form.
        if began_in_header and self._in_header:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES:
                self._too_slow()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_header, self._header_bytes = True, 0
        self._give(self.header_seconds)

    def on_headers_complete(self) -> None:
        self._in_header = False
        self._give(self.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._stop()
        super().handle_websocket_upgrade()

    def _give(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self._too_slow)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._stop()
        self.transport.close()
