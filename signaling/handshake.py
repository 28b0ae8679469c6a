"""The opening handshake of a WebSocket (RFC 6455, 4.2) as values; the websockets library reads and answers it."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol


@dataclass(frozen=True)
class Opening:
    """A good request. `target` is path and query as they came; `answer` opens the socket."""

    target: bytes
    headers: list[tuple[bytes, bytes]]
    answer: bytes


def read_opening(request: bytes) -> Opening | bytes:
    """What a whole request asks for; else the answer to one that asks for no WebSocket.

    No extension and no subprotocol is ever agreed on.
    """
    library = ServerProtocol()
    library.receive_data(request)
    asked = next((event for event in library.events_received() if isinstance(event, Request)), None)
    if asked is None:
        return b"".join(library.data_to_send()) or refusal(HTTPStatus.BAD_REQUEST)
    answer = library.accept(asked)
    library.send_response(answer)
    said = b"".join(library.data_to_send())
    if answer.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
        return said
    headers = [(_raw(name).lower(), _raw(value)) for name, value in asked.headers.raw_items()]
    return Opening(_raw(asked.path), headers, said)


def refusal(status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> bytes:
    """An HTTP answer instead of a socket."""
    fixed = {"Date": formatdate(usegmt=True), "Connection": "close", "Content-Length": str(len(body))}
    told = Headers([*fixed.items(), *((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)])
    return Response(status, HTTPStatus(status).phrase, told, body).serialize()


def _raw(text: str) -> bytes:
    return text.encode("ascii", "surrogateescape")
