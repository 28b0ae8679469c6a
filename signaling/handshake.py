"""The opening handshake of a WebSocket (RFC 6455, 4.2) as values.

uvicorn has read the request and seen that it says Upgrade and Connection. What is left are three
questions, asked here: reading all of it once more cost a third of a join.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.utils import accept_key

VERSION = b"13"


@dataclass(frozen=True)
class Opening:
    """A good request. `target` is path and query as they came; `answer` opens the socket."""

    target: bytes
    headers: list[tuple[bytes, bytes]]
    answer: bytes


def read_opening(request: bytes) -> Opening | bytes:
    """What a request asks for, written anew by whoever read it; else the answer to one that asks for no WebSocket.

    No extension and no subprotocol is ever agreed on.
    """
    first, *lines = request.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    if not rest:
        return refusal(HTTPStatus.BAD_REQUEST)
    pairs = [line.partition(b": ") for line in lines]
    headers = [(name.lower(), value) for name, _, value in pairs]
    if method != b"GET":
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, [(b"allow", b"GET")])
    versions = [value for name, value in headers if name == b"sec-websocket-version"]
    if versions != [VERSION]:
        other = len(versions) == 1
        status = HTTPStatus.UPGRADE_REQUIRED if other else HTTPStatus.BAD_REQUEST
        return refusal(status, [(b"sec-websocket-version", VERSION)])
    keys = [value for name, value in headers if name == b"sec-websocket-key"]
    if len(keys) != 1 or not _is_key(keys[0]):
        return refusal(HTTPStatus.BAD_REQUEST)
    return Opening(rest.partition(b" ")[0], headers, _acceptance(keys[0]))


def _is_key(value: bytes) -> bool:
    """Whether this is 16 bytes in base64."""
    try:
        return len(base64.b64decode(value, validate=True)) == 16
    except binascii.Error:
        return False


def _acceptance(key: bytes) -> bytes:
    proof = accept_key(key.decode()).encode()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + proof
        + b"\r\n\r\n"
    )


def refusal(status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> bytes:
    """An HTTP answer instead of a socket."""
    fixed = {"Date": formatdate(usegmt=True), "Connection": "close", "Content-Length": str(len(body))}
    told = Headers([*fixed.items(), *((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)])
    return Response(status, HTTPStatus(status).phrase, told, body).serialize()
