"""A browser's socket to /signal of the whole program on a real port, and the way in through a ticket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.app import SOCKETS
from server.patience import PatientHttp
from tests.server.conftest import BASE


class Socket:
    """`await say(...)`, `await hear()`; handshake and end are heard as websocket.accept, .refused and .close."""

    def __init__(self, port: int, origin: str = BASE) -> None:
        self._opening = asyncio.create_task(self._open(port, origin))
        self._is_new = True

    async def _open(self, port: int, origin: str) -> ClientConnection:
        return await connect(f"ws://127.0.0.1:{port}/signal", origin=origin, proxy=None)  # type: ignore[arg-type]

    async def say(self, **message: Any) -> None:
        await (await self._opening).send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        try:
            line = await self._opening
            if self._is_new:
                self._is_new = False
                return {"type": "websocket.accept"}
            heard: dict[str, Any] = json.loads(await asyncio.wait_for(line.recv(), 5))
            return heard
        except InvalidStatus as refused:
            return {"type": "websocket.refused", "status": refused.response.status_code}
        except ConnectionClosed as gone:
            return {"type": "websocket.close", "code": gone.rcvd.code if gone.rcvd else 1006}

    async def hear_of(self, kind: str) -> dict[str, Any]:
        while (heard := await self.hear())["type"] != kind:
            assert heard["type"] != "websocket.close", heard
        return heard

    async def is_quiet(self) -> bool:
        """Whether nothing was on its way: the answer to a ping is what comes next."""
        await self.say(type="ping", n=1)
        return (await self.hear())["type"] == "pong"

    async def close(self) -> None:
        with suppress(InvalidStatus):
            await (await self._opening).close()


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[int]:
    """The port at which this application, whose lifespan runs already, takes sockets."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=PatientHttp, log_config=None, lifespan="off", **SOCKETS)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def greeted(socket: Socket, browser: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    ticket = (await browser.post(f"{url}/ticket")).json()["ticket"]
    assert (await socket.hear())["type"] == "websocket.accept"
    await socket.say(type="hello", version=1, ticket=ticket)
    return await socket.hear_of("welcome")
