"""Connections that never get to the point are closed; ordinary ones do not notice."""

import asyncio
import contextlib

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from server.patience import PatientHttp
from tests.engines.children import until_true

HANG_SECONDS = 30


class Hasty(PatientHttp):
    """The same clocks, faster, so that a test need not wait for the real ones.

    Whoever is to be served meets slower ones: on a busy machine a fifth of a second is over before a word is said.
    """

    header_seconds = 0.2
    body_seconds = 0.4
    begun = 0

    def on_message_begin(self) -> None:
        super().on_message_begin()
        Hasty.begun += 1


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


class Unhurried(PatientHttp):
    """Clocks that no test lives to see strike: what is closed here is closed for another reason."""

    header_seconds = 3600.0
    body_seconds = 3600.0


@contextlib.asynccontextmanager
async def served(protocol: type[PatientHttp]):
    """A server that speaks by the protocol; gives its port."""
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    config = uvicorn.Config(app, port=0, http=protocol, log_config=None, lifespan="off", timeout_keep_alive=5)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext
    task = asyncio.create_task(server.serve())
    await until_true(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


@pytest_asyncio.fixture
async def hasty():
    """The port of a server whose clocks are fast, for those that are to be closed."""
    async with served(Hasty) as port:
        yield port


@pytest_asyncio.fixture
async def port():
    """The port of a server without haste, for those that are to be served."""
    async with served(Unhurried) as port:
        yield port


async def talk(port: int, *pieces: bytes) -> bytes:
    """Send the pieces and read until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), HANG_SECONDS)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answer


@pytest.mark.asyncio
async def test_e01_half_a_header_is_closed_and_others_are_served(hasty, monkeypatch) -> None:
    monkeypatch.setattr(Hasty, "begun", 0)
    slow = [asyncio.create_task(talk(hasty, b"GET / HTTP/1.1\r\nHost: x\r\n")) for _ in range(50)]
    await until_true(lambda: Hasty.begun == 50)
    monkeypatch.setattr(Hasty, "header_seconds", Unhurried.header_seconds)
    assert (await talk(hasty, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).endswith(b"\r\n\r\n0")
    assert await asyncio.gather(*slow) == [b""] * 50


@pytest.mark.asyncio
async def test_e01_a_connection_that_says_nothing_is_closed(hasty) -> None:
    assert await talk(hasty) == b""


@pytest.mark.asyncio
async def test_e02_a_body_that_never_ends_is_closed(hasty) -> None:
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly this"
    assert not (await talk(hasty, begun)).startswith(b"HTTP/1.1 200")


@pytest.mark.asyncio
async def test_a_header_without_end_is_closed(port) -> None:
    assert await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: " + b"a" * 70_000) == b""


@pytest.mark.asyncio
async def test_an_ordinary_post_is_served(port) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
    assert (await talk(port, head, b"hello")).endswith(b"5")


@pytest.mark.asyncio
async def test_a_large_form_in_one_read_is_no_long_header(port) -> None:
    body = b"x" * 200_000
    head = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert (await talk(port, head + body)).endswith(b"200000")
