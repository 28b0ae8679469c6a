"""A real HTTP server on loopback that stands for somebody else's: it serves what it is told to, and keeps who asked."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Elsewhere:
    """`host` as PRIVATE_HOSTS names it. What it answers may be changed between two questions."""

    host: str = ""
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stalls: threading.Event = field(default_factory=threading.Event)
    """While it is set, the second half of every answer is held back."""
    asked: list[Asked] = field(default_factory=list)

    def at(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """It answers 200 with nothing until it is told otherwise."""
    kept = Elsewhere()
    over = threading.Event()

    class Serve(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            told = {k.lower(): v for k, v in self.headers.items()}
            sent = self.rfile.read(int(told.get("content-length", "0")))
            kept.asked.append(Asked(self.command, self.path, told, sent))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(kept.body)))
            self.end_headers()
            half = len(kept.body) // 2
            self.wfile.write(kept.body[:half])
            while kept.stalls.is_set() and not over.wait(0.02):
                pass
            self.wfile.write(kept.body[half:])

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked went away."""

    server = Quiet(("127.0.0.1", 0), Serve)
    kept.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kept
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()
