"""What the tests of signaling stand on: a truth that can be changed, and real sockets to a real server on loopback."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection

from signaling.asgi import UVICORN, Event, Limits, Signaling, Standing
from signaling.tickets import LIFETIME, Ticket, mint

KEY = b"k" * 32
ORIGIN = "https://clinic.example"
SINCE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAIT = 5.0


@dataclass
class Truth:
    """The visit as the database has it."""

    standings: dict[tuple[str, str], str] = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)
    relays: list[str] = field(default_factory=list)
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    asked: int = 0
    broken: bool = False

    async def may_stay(self, visit: str, peer: str, epoch: int) -> Standing | None:
        async with self.heard:
            self.asked += 1
            self.heard.notify_all()
        if self.broken:
            raise ConnectionError("no database")
        state: Any = self.standings.get((visit, peer))
        return Standing(state, role_of(peer), peer.title(), SINCE) if state else None

    async def report(self, visit: str, event: Event) -> None:
        async with self.heard:
            self.events.append((visit, event))
            self.heard.notify_all()

    async def until(self, visit: str, event: Event) -> None:
        """Returns when this was reported."""
        async with asyncio.timeout(WAIT), self.heard:
            await self.heard.wait_for(lambda: (visit, event) in self.events)

    async def until_asked(self, times: int) -> None:
        """Returns when the truth was read so many times more."""
        wanted = self.asked + times
        async with asyncio.timeout(WAIT), self.heard:
            await self.heard.wait_for(lambda: self.asked >= wanted)

    def ice_for(self, peer: str, now: datetime, until: datetime | None) -> list[dict[str, Any]]:
        self.relays.append(peer)
        return [{"urls": ["turn:relay.example"], "username": f"9:{peer}", "credential": "c"}]


def role_of(peer: str) -> str:
    return "therapist" if peer.startswith("therapist") else "patient"


@dataclass
class Server:
    """Signaling behind a real uvicorn."""

    signaling: Signaling
    truth: Truth
    port: int
    epochs: int = 0
    opened: list[ClientConnection] = field(default_factory=list)

    def ticket(self, peer: str, visit: str = "visit", **changes: Any) -> str:
        self.epochs += 1
        expires = datetime.now(UTC) + LIFETIME
        fields: dict[str, Any] = {"role": role_of(peer), "epoch": self.epochs, "expires": expires} | changes
        return mint([KEY], Ticket(visit, peer, **fields))

    async def open(self, **options: Any) -> ClientConnection:
        options = {"origin": ORIGIN, "compression": None} | options
        self.opened.append(await websockets.connect(f"ws://127.0.0.1:{self.port}/signal", **options))
        return self.opened[-1]

    async def refused(self, **options: Any) -> int:
        """HTTP status that a handshake is answered with."""
        try:
            await self.open(**options)
        except websockets.InvalidStatus as refusal:
            return refusal.response.status_code
        raise AssertionError("accepted")

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns when the server has come to this; a handshake there and back gives it time."""
        async with asyncio.timeout(WAIT):
            while not is_so():
                await self.refused(origin="https://elsewhere.example")

    async def join(self, peer: str, visit: str = "visit", **options: Any) -> "Caller":
        """A socket whose hello was sent."""
        caller = Caller(await self.open(**options))
        await caller.say(type="hello", version=1, ticket=self.ticket(peer, visit))
        return caller

    async def call(self, visit: str = "visit") -> tuple["Caller", "Caller"]:
        """Therapist and patient of a running call, everything of its start read."""
        self.truth.standings |= {(visit, "therapist"): "live", (visit, "patient"): "live"}
        therapist = await self.join("therapist", visit)
        await therapist.expect("admitted")
        patient = await self.join("patient", visit)
        await patient.expect("admitted")
        await therapist.expect("peer")
        return therapist, patient


@dataclass
class Caller:
    """One browser's end of a socket."""

    socket: ClientConnection
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT):
            message: dict[str, Any] = json.loads(await self.socket.recv())
        self.seen.append(message)
        return message

    async def expect(self, kind: str) -> dict[str, Any]:
        """The next message, which must be of this type; `welcome` is passed over."""
        message = await self.hear()
        if message["type"] == "welcome" and kind != "welcome":
            message = await self.hear()
        assert message["type"] == kind, message
        return message

    async def closed(self) -> int:
        """Reads on to the end; the code the server closed with."""
        try:
            while True:
                await self.hear()
        except websockets.ConnectionClosed:
            code = self.socket.close_code
            assert code is not None
            return code

    async def ping(self, n: int = 1) -> None:
        """Everything said before was taken in when this returns."""
        await self.say(type="ping", n=n)
        while (await self.hear()) != {**self.seen[-1], "type": "pong", "n": n}:
            pass


@asynccontextmanager
async def serving(truth: Truth | None = None, limits: Limits | None = None, **settings: Any) -> AsyncIterator[Server]:
    """A server on a free port for the length of the block."""
    truth = truth or Truth()
    signaling = Signaling(
        ticket_keys=[KEY],
        may_stay=truth.may_stay,
        report=truth.report,
        ice_for=truth.ice_for,
        origin_allowed=lambda origin, host: origin == ORIGIN and host.startswith("127.0.0.1:"),
        clock=lambda: datetime.now(UTC),
        limits=limits or Limits(),
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # Listening before the server runs: whoever connects early waits in the kernel's queue.
        listener.listen(128)
        config = uvicorn.Config(signaling, lifespan="off", log_config=None, **(UVICORN | settings))
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listener]))
        running = Server(signaling, truth, listener.getsockname()[1])
        try:
            yield running
        finally:
            await signaling.close()
            await asyncio.gather(*(one.close() for one in running.opened))
            server.should_exit = True
            async with asyncio.timeout(WAIT):
                await task
