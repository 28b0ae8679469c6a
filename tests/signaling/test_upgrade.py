"""What an application may say while a socket is not open yet, and what becomes of one that is taken over."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from signaling.frames import Frames, Lane
from signaling.upgrade import EARLY, EXTENSION
from tests.engines.children import until_true
from tests.signaling.house import WAIT
from tests.signaling.raw import Raw, frame

App = Callable[[Any, Any, Any], Awaitable[None]]


class Told:
    """Keeps what came, and says it again in upper case."""

    def __init__(self, lane: Lane) -> None:
        self.lane, self.heard_all, self.gone = lane, [], asyncio.Event()

    def heard(self, message: bytes | None) -> None:
        self.heard_all.append(message)
        assert self.lane.say((message or b"not text").upper(), 1000)

    def noise(self) -> None: ...

    def lost(self) -> None:
        self.gone.set()


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, ws=Frames, lifespan="off", log_config=None, ws_ping_interval=None))
        task = asyncio.create_task(server._serve([listener]))
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True
            await task


async def asked(port: int, path: str = "/") -> tuple[bytes, Raw]:
    """The head of the answer to a handshake, and the socket."""
    raw = Raw(*await asyncio.open_connection("127.0.0.1", port))
    raw.write(
        f"GET {path} HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(WAIT):
            return await raw.reader.readuntil(b"\r\n\r\n"), raw
    except (asyncio.IncompleteReadError, ConnectionError):
        raw.cut()
        raise


@pytest.mark.asyncio
async def test_the_application_is_told_who_asks_for_what() -> None:
    scopes: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.close"})

    async with serving(app) as (_, port):
        head, raw = await asked(port, "/a%20b/c?d=e")
        raw.cut()
    assert head.startswith(b"HTTP/1.1 403 ")
    (scope,) = scopes
    assert (scope["type"], scope["scheme"], scope["path"]) == ("websocket", "ws", "/a b/c")
    assert (scope["raw_path"], scope["query_string"]) == (b"/a%20b/c", b"d=e")
    assert scope["client"][0] == "127.0.0.1"
    assert (b"host", b"here") in scope["headers"]


@pytest.mark.asyncio
async def test_an_answer_instead_of_a_socket_reaches_the_browser() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.http.response.start", "status": 503, "headers": [(b"retry-after", b"5")]})
        await send({"type": "websocket.http.response.body", "body": b"full"})
        assert (await receive())["type"] == "websocket.connect"
        assert (await receive())["type"] == "websocket.disconnect"

    async with serving(app) as (_, port):
        head, raw = await asked(port)
        assert await raw.reader.read() == b"full"
        raw.cut()
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5\r\n" in head


def waiting(server: uvicorn.Server) -> list[Frames]:
    """Sockets whose handshake is read and not answered."""
    known = [one for one in server.server_state.connections if isinstance(one, Frames)]
    return [one for one in known if one._opening is not None]


async def fails(scope: Any, receive: Any, send: Any) -> None:
    raise LookupError("ours")


async def forgets(scope: Any, receive: Any, send: Any) -> None:
    await receive()


@pytest.mark.asyncio
@pytest.mark.parametrize("app", [fails, forgets])
async def test_an_application_that_fails_or_says_nothing_is_a_500(app: App, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(app) as (server, port):
        head, raw = await asked(port)
        raw.cut()
        assert head.startswith(b"HTTP/1.1 500 ")
    assert not server.server_state.connections
    assert [record.levelno for record in caplog.records] == ([logging.ERROR] if app is fails else [])


@pytest.mark.asyncio
async def test_who_speaks_before_the_answer_is_heard_after_it_and_not_without_end() -> None:
    go, lanes = asyncio.Event(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await go.wait()
        await send({"type": "websocket.accept"})
        lanes.append(Told(scope["extensions"][EXTENSION]["lane"]))
        lanes[-1].lane.attach(lanes[-1])

    async with serving(app) as (server, port):
        early = [asyncio.create_task(asked(port)) for _ in range(2)]
        await until_true(lambda: len(waiting(server)) == 2)
        hasty, flood = waiting(server)
        hasty.data_received(frame(b"hello")[:3])
        hasty.data_received(frame(b"hello")[3:])
        flood.data_received(b"x" * (EARLY + 1))
        go.set()
        found = await asyncio.gather(*early, return_exceptions=True)
        assert sum(isinstance(one, Exception) for one in found) == 1
        ((_, raw),) = [one for one in found if not isinstance(one, BaseException)]
        assert await raw.frame() == (1, b"HELLO")
        raw.cut()
        async with asyncio.timeout(WAIT):
            await lanes[0].gone.wait()


@pytest.mark.asyncio
async def test_a_server_that_goes_closes_its_sockets_with_1012() -> None:
    lanes = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        lanes.append(Told(scope["extensions"][EXTENSION]["lane"]))
        lanes[-1].lane.attach(lanes[-1])

    async with serving(app) as (server, port):
        head, raw = await asked(port)
        assert head.startswith(b"HTTP/1.1 101 ")
        server.should_exit = True
        assert await raw.code() == 1012
        async with asyncio.timeout(WAIT):
            await lanes[0].gone.wait()


@pytest.mark.asyncio
async def test_who_is_gone_before_somebody_attaches_is_reported_lost_at_once() -> None:
    told: list[Told] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        lane = scope["extensions"][EXTENSION]["lane"]
        lane.transport.abort()
        await until_true(lambda: lane._gone)
        told.append(Told(lane))
        lane.attach(told[-1])

    async with serving(app) as (_, port):
        _, raw = await asked(port)
        await until_true(lambda: bool(told))
        assert told[0].gone.is_set()
        raw.cut()
