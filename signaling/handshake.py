"""The opening handshake of a WebSocket as values: what a request asks for or why not, the answer (RFC 6455, 4.2)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

Headers = list[tuple[bytes, bytes]]
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
VERSION = b"13"


@dataclass(frozen=True)
class Opening:
    """A good request. `target` is path and query as they came; names of headers are in lower case."""

    target: bytes
    headers: Headers
    key: bytes


def read_opening(request: bytes) -> Opening | HTTPStatus:
    """What a request that ends with an empty line asks for; the status that answers one that asks for no WebSocket.

    That it says Upgrade and Connection has been seen by whoever hands it over.
    """
    first, *lines = request.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    pairs = [line.split(b": ", 1) for line in lines]
    if method != b"GET" or any(len(pair) < 2 for pair in pairs):
        return HTTPStatus.BAD_REQUEST
    headers = [(name.lower(), value) for name, value in pairs]
    keys = [value for name, value in headers if name == b"sec-websocket-key"]
    if [value for name, value in headers if name == b"sec-websocket-version"] != [VERSION]:
        return HTTPStatus.UPGRADE_REQUIRED
    if len(keys) != 1 or not is_key(keys[0]):
        return HTTPStatus.BAD_REQUEST
    return Opening(rest.partition(b" ")[0], headers, keys[0])


def is_key(value: bytes) -> bool:
    """Whether this is 16 bytes in base64."""
    try:
        return len(base64.b64decode(value, validate=True)) == 16
    except binascii.Error:
        return False


def acceptance(key: bytes) -> bytes:
    """The answer that opens the socket. No extension and no subprotocol is ever agreed on."""
    proof = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + proof
        + b"\r\n\r\n"
    )


def refusal(status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> bytes:
    """An HTTP answer instead of a socket."""
    fixed = [
        (b"date", formatdate(usegmt=True).encode()),
        (b"connection", b"close"),
        (b"content-length", str(len(body)).encode()),
        *([(b"sec-websocket-version", VERSION)] if status == HTTPStatus.UPGRADE_REQUIRED else []),
    ]
    head = b"".join(name + b": " + value + b"\r\n" for name, value in (*fixed, *headers))
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, HTTPStatus(status).phrase.encode(), head, body)
