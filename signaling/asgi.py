"""The WebSocket endpoint, and all that the program sees of signaling: one class and the values it exchanges.

Before a socket is accepted its Origin is checked (browsers send cookies along with a foreign page's handshake, and
no same-origin policy covers WebSockets), strangers are counted per address, and when the node is full or leaving a
new socket is turned away rather than a running call hurt.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from signaling.admission import REFUSED
from signaling.census import Census, Guest, address_of
from signaling.connection import Connection, Seat
from signaling.effects import (
    Admitted,
    Connected,
    Disconnected,
    Ended,
    Event,
    Held,
    Left,
    MediaState,
    Notice,
    Removed,
    SentBack,
    Standing,
    Turned,
)
from signaling.errors import Close, Violation
from signaling.frames import Frames, Lane
from signaling.hub import Hub
from signaling.limits import Limits
from signaling.media.backend import Backend
from signaling.media.ice import ice_servers
from signaling.media.p2p import PeerToPeer
from signaling.messages import FRAME, VERSION, Drain, Hello, Resume, Turn, encode
from signaling.roster import IceFor
from signaling.running import MayStay, ReportTo
from signaling.tickets import Ticket, verify
from signaling.upgrade import EXTENSION

__all__ = [
    "UVICORN",
    "Admitted",
    "Connected",
    "Disconnected",
    "Ended",
    "Event",
    "Held",
    "Left",
    "Limits",
    "MediaState",
    "Notice",
    "Removed",
    "SentBack",
    "Signaling",
    "Standing",
    "Turn",
    "Turned",
    "ice_servers",
]

UVICORN: dict[str, Any] = {
    "ws": Frames,
    # We answer frames over 64 KiB ourselves, with our own code; this only bounds what is read before that.
    "ws_max_size": 4 * FRAME,
    "ws_ping_interval": 15.0,
    "ws_ping_timeout": 10.0,
    # Deflate costs two to five times the memory per socket, and every browser would take it.
    "ws_per_message_deflate": False,
}
"""Settings that whoever starts uvicorn passes on: a dead socket is noticed after 25 s."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
SendEvent = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Signaling:
    """An ASGI application for WebSockets, on a uvicorn with the settings above.

    `may_stay(visit, peer, epoch)` reads the truth; None means out. `report(visit, event)` is awaited in order.
    `ice_for(peer, now, until)` is called for admitted peers only.
    `origin_allowed(origin, host)` is given the two headers.
    `bus` and `node`: for rooms on several nodes, not used by one.
    """

    def __init__(
        self,
        *,
        ticket_keys: Sequence[bytes],
        may_stay: MayStay,
        report: ReportTo,
        ice_for: IceFor,
        origin_allowed: Callable[[str, str], bool],
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        backend: Backend | None = None,
        bus: object | None = None,
        node: str = "",
    ) -> None:
        self._keys, self._origin_allowed, self._clock = ticket_keys, origin_allowed, clock
        self._limits = limits or Limits()
        self._hub = Hub(
            may_stay=may_stay,
            report=report,
            ice_for=ice_for,
            backend=backend or PeerToPeer(),
            clock=clock,
            limits=self._limits,
        )
        self._connections: dict[Connection, Guest] = {}
        self._census = Census()
        self._draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: SendEvent) -> None:
        await receive()
        status = self._refusal(scope)
        if status:
            await _turn_away(send, scope, status)
            return
        lane: Lane = scope["extensions"][EXTENSION]["lane"]
        await send({"type": "websocket.accept"})
        guest = Guest(self._census, address_of(scope))
        connection = Connection(lane, self._limits, self)
        self._connections[connection] = guest
        lane.attach(connection)

    async def tell(self, room: str, notice: Notice) -> None:
        """A decision of the house, after its commit: on the sockets of that room before this returns to the loop."""
        self._hub.tell(room, notice)

    async def drain(self, retry_after_ms: Callable[[], int]) -> None:
        """Takes no new sockets, and asks every open one to move, each at its own moment."""
        self._draining = True
        for connection in tuple(self._connections):
            connection.push(encode(Drain(retry_after_ms()), live=False))

    async def close(self) -> None:
        """Closes what is still open with 1012 and ends every room."""
        self._draining = True
        for connection in tuple(self._connections):
            connection.shut(Close.RESTART)
        await self._hub.close()

    def _refusal(self, scope: Scope) -> int:
        """HTTP status that answers a handshake instead of a socket, 0 for none."""
        headers = scope["headers"]
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(origins) != 1 or len(hosts) != 1 or origins[0] == "null":
            return 403
        if not self._origin_allowed(origins[0], hosts[0]):
            return 403
        if self._draining or len(self._connections) >= self._limits.sockets:
            return 503
        return 429 if self._census.strangers[address_of(scope)] >= self._limits.strangers_per_address else 0

    def seat(self, connection: Connection, first: Hello | Resume) -> Seat:
        """The place that a first message opens; every bad ticket gets one answer, the same as an unknown visit."""
        if first.version != VERSION:
            raise Violation("version", "This page is of another version. Reload it.")
        ticket = verify(self._keys, first.ticket, self._clock())
        if not isinstance(ticket, Ticket):
            raise Violation(REFUSED.code, REFUSED.text, Close.AUTH)
        if self._census.seated[ticket.visit, ticket.peer] >= self._limits.sockets_per_peer:
            raise Violation("too_many_sockets", "This visit is open too often. Try again in a moment.", Close.TRY_LATER)
        self._connections[connection].known(ticket)
        return self._hub.arrive(ticket, first, connection)

    def gone(self, connection: Connection) -> None:
        self._connections.pop(connection).gone()


async def _turn_away(send: SendEvent, scope: Scope, status: int) -> None:
    """Answers the handshake with an HTTP status; a server that knows only one says 403."""
    if status == 403 or "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": int(Close.FORBIDDEN)})
        return
    headers = [(b"retry-after", b"5")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})
