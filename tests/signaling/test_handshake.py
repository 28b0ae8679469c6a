"""Opening handshakes as values, and the few that are no handshake over a real server."""

import asyncio

import pytest

from signaling.handshake import Opening, read_opening, refusal
from tests.signaling.house import ORIGIN, WAIT, Server, serving

# The example of RFC 6455, 1.3.
KEY, PROOF = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def request(
    first: bytes = b"GET /signal?a=1 HTTP/1.1", version: bytes = b"13", key: bytes = KEY, more: bytes = b""
) -> bytes:
    usual = [b"Host: clinic.example", b"Upgrade: websocket", b"Connection: keep-alive, Upgrade"]
    lines = [first, *usual, b"Sec-WebSocket-Key: " + key, b"Sec-WebSocket-Version: " + version]
    return b"\r\n".join([*lines, *([more] if more else []), b"", b""])


def test_a_good_request_is_read_and_answered_as_the_standard_says() -> None:
    opening = read_opening(request(more=b"Sec-WebSocket-Extensions: permessage-deflate"))
    assert isinstance(opening, Opening)
    assert opening.target == b"/signal?a=1"
    assert opening.headers[0] == (b"host", b"clinic.example")
    assert opening.answer.startswith(b"HTTP/1.1 101 ")
    assert opening.answer.endswith(b"\r\n\r\n")
    assert b"Sec-WebSocket-Accept: " + PROOF + b"\r\n" in opening.answer
    assert b"extensions" not in opening.answer.lower()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (request(b"POST /signal HTTP/1.1"), b"405"),
        (request(version=b"8"), b"426"),
        (request(more=b"Sec-WebSocket-Version: 13"), b"400"),
        (request(key=b""), b"400"),
        (request(key=b"c2hvcnQ="), b"400"),
        (request(more=b"Sec-WebSocket-Key: " + KEY), b"400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_handshake_gets_a_status(said: bytes, status: bytes) -> None:
    answer = read_opening(said)
    assert isinstance(answer, bytes)
    assert answer.split(b" ", 2)[1] == status


def test_who_speaks_another_version_is_told_ours() -> None:
    answer = read_opening(request(version=b"8"))
    assert isinstance(answer, bytes)
    assert b"sec-websocket-version: 13\r\n" in answer.lower()


def test_a_refusal_is_a_whole_answer_of_http() -> None:
    said = refusal(503, [(b"retry-after", b"5")])
    assert said.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"retry-after: 5\r\n" in said
    assert b"Connection: close\r\n" in said
    assert refusal(429, body=b"no").endswith(b"Content-Length: 2\r\n\r\nno")


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
        assert await status(server, "PUT /signal HTTP/1.1", key, version) == 405
        await server.until(lambda: not server.signaling._connections)
