"""A small HTTP server of a test's own, on loopback, for the length of a block."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """One that says nothing of its own."""

    def log_message(self, format: str, *args: object) -> None:
        """A test looks at what was asked."""


@contextmanager
def serving(handler: type[Handler], port: int = 0) -> Iterator[int]:
    """Its port: this one, or any."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
