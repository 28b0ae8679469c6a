"""A real HTTP server on loopback that stands for somebody else's: it keeps what is posted and answers as told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.engines.serving import Handler, serving


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

    class Take(Handler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.received.append(Posted(self.path, headers, body))
            self.send_response(kept.status)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", "0")
            self.end_headers()

    with serving(Take) as port:
        kept.url = f"http://127.0.0.1:{port}"
        yield kept
