"""From an HTTP connection to a socket: what uvicorn expects of a WebSocket protocol, and the application's say in it.

The application is asked as ASGI has it, once: it accepts or answers with an HTTP status. What an accepted socket does
then is not ASGI's: `frames.py`.
"""

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any, cast
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected, get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from signaling.handshake import Opening, read_opening, refusal

Event = MutableMapping[str, Any]
log = logging.getLogger("parlour.signaling")
EXTENSION = "parlour.lane"
EARLY = 16 * 1024


class Upgrade(asyncio.Protocol):
    """One connection until its handshake is over. `scope["extensions"][EXTENSION]["lane"]` is the socket itself."""

    transport: asyncio.Transport
    accepted = False
    _opening: Opening | None = None
    _early = b""
    _answer: Event | None = None
    _gone = False

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: object = None
    ) -> None:
        self.config, self.state, self._app_state = config, server_state, app_state
        self.loop = asyncio.get_running_loop()
        self._heard = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.state.connections.add(cast(Any, self))
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self.state.connections.discard(cast(Any, self))

    def data_received(self, data: bytes) -> None:
        """The request, whole, as uvicorn hands it over; later what a hasty client sends before it is answered."""
        if self._opening is not None:
            self._early += data
            if len(self._early) > EARLY:
                self.transport.abort()
            return
        opening = read_opening(data)
        if not isinstance(opening, Opening):
            self._refuse(opening)
            return
        self._opening = opening
        task = self.loop.create_task(self._ask(opening))
        self.state.tasks.add(task)
        task.add_done_callback(self.state.tasks.discard)

    def shutdown(self) -> None:
        """The server goes."""
        self._refuse(refusal(503))

    async def _ask(self, opening: Opening) -> None:
        try:
            await self.config.loaded_app(
                cast(Any, self._scope(opening)), cast(Any, self._receive), cast(Any, self._send)
            )
        except ClientDisconnected:
            return
        except Exception:
            log.exception("handshake failed")
        if not self.accepted and not self.transport.is_closing():
            self._refuse(refusal(500))

    def _scope(self, opening: Opening) -> dict[str, Any]:
        path, _, query = opening.target.partition(b"?")
        return {
            "type": "websocket",
            "asgi": {"version": self.config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self.transport) else "ws",
            "server": get_local_addr(self.transport),
            "client": get_remote_addr(self.transport),
            "root_path": self.config.root_path,
            "path": self.config.root_path + unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "headers": opening.headers,
            "subprotocols": [],
            "state": self._app_state.copy(),
            "extensions": {"websocket.http.response": {}, EXTENSION: {"lane": self}},
        }

    async def _receive(self) -> Event:
        self._heard += 1
        return {"type": "websocket.connect"} if self._heard == 1 else {"type": "websocket.disconnect", "code": 1006}

    async def _send(self, event: Event) -> None:
        if self._gone or self.transport.is_closing():
            raise ClientDisconnected
        match event["type"]:
            case "websocket.accept" if not self.accepted and self._opening:
                self.accepted = True
                self.transport.write(self._opening.answer)
            case "websocket.close" if not self.accepted:
                self._refuse(refusal(403))
            case "websocket.http.response.start" if not self.accepted:
                self._answer = event
            case "websocket.http.response.body" if self._answer:
                self._refuse(refusal(self._answer["status"], self._answer.get("headers", ()), event.get("body", b"")))
            case other:
                raise RuntimeError(f"{other} has no place here: after accepting, a socket is spoken to by its lane")

    def _refuse(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()
