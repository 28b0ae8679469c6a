"""A real HTTP server on loopback that stands for somebody else's: it keeps what is posted and answers as told."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True)
class Posted:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Provider:
    """`url` to post to; `received` in order; `status` is what the next requests are answered with."""

    url: str = ""
    status: int = 201
    location: str = ""
    received: list[Posted] = field(default_factory=list)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that takes everything until its `status` is changed."""
    kept = Provider()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.received.append(Posted(self.path, headers, body))
            self.send_response(kept.status)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()
