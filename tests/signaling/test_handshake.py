"""Opening handshakes as values, and the few that are no handshake over a real server."""

import asyncio
from http import HTTPStatus

import pytest

from signaling.handshake import Opening, acceptance, read_opening, refusal
from tests.signaling.house import ORIGIN, WAIT, Server, serving

# The example of RFC 6455, 1.3.
KEY, PROOF = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def request(first: bytes = b"GET /signal?a=1 HTTP/1.1", version: bytes = b"13", key: bytes = KEY) -> bytes:
    lines = [first, b"Host: clinic.example", b"Sec-WebSocket-Key: " + key, b"Sec-WebSocket-Version: " + version]
    return b"\r\n".join([*lines, b"", b""])


def test_a_good_request_is_read_and_answered_as_the_standard_says() -> None:
    opening = read_opening(request())
    assert isinstance(opening, Opening)
    assert (opening.target, opening.key) == (b"/signal?a=1", KEY)
    assert opening.headers[0] == (b"host", b"clinic.example")
    head = acceptance(KEY)
    assert head.startswith(b"HTTP/1.1 101 ")
    assert head.endswith(b"\r\n\r\n")
    assert b"Sec-WebSocket-Accept: " + PROOF + b"\r\n" in head
    assert b"extensions" not in head.lower()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (request(b"POST /signal HTTP/1.1"), HTTPStatus.BAD_REQUEST),
        (request(version=b"8"), HTTPStatus.UPGRADE_REQUIRED),
        (request(version=b"13\r\nSec-WebSocket-Version: 13"), HTTPStatus.UPGRADE_REQUIRED),
        (request(key=b""), HTTPStatus.BAD_REQUEST),
        (request(key=b"c2hvcnQ="), HTTPStatus.BAD_REQUEST),
        (request(key=b"dGhlIHNhbXBsZSBub25jZQ=\x00="), HTTPStatus.BAD_REQUEST),
        (request(key=KEY + b"\r\nSec-WebSocket-Key: " + KEY), HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"\r\n\r\n", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_is_no_handshake_gets_a_status(said: bytes, status: HTTPStatus) -> None:
    assert read_opening(said) is status


def test_a_refusal_says_which_version_is_spoken_here() -> None:
    assert b"sec-websocket-version: 13\r\n" in refusal(426)
    assert refusal(503, [(b"retry-after", b"5")]).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert refusal(429, body=b"no").endswith(b"content-length: 2\r\n\r\nno")


async def status(server: Server, *lines: str) -> int:
    """What a request with these lines beside the usual ones is answered with."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    usual = [f"Host: 127.0.0.1:{server.port}", f"Origin: {ORIGIN}", "Upgrade: websocket", "Connection: Upgrade"]
    writer.write("\r\n".join([lines[0], *usual, *lines[1:], "", ""]).encode())
    async with asyncio.timeout(WAIT):
        head = await reader.readuntil(b"\r\n")
    writer.close()
    return int(head.split()[1])


@pytest.mark.asyncio
async def test_over_the_network_each_gets_its_status_and_nothing_stays() -> None:
    key, version = f"Sec-WebSocket-Key: {KEY.decode()}", "Sec-WebSocket-Version: 13"
    async with serving() as server:
        assert await status(server, "GET /signal HTTP/1.1", key, version) == 101
        assert await status(server, "GET /signal HTTP/1.1", key, "Sec-WebSocket-Version: 7") == 426
        assert await status(server, "GET /signal HTTP/1.1", "Sec-WebSocket-Key: short", version) == 400
        assert await status(server, "GET /signal HTTP/1.1", version) == 400
        assert await status(server, "PUT /signal HTTP/1.1", key, version) == 400
        await server.until(lambda: not server.signaling._connections)
