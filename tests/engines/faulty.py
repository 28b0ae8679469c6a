"""Paths that a test may cut: one before a relay carries datagrams, one before a server carries connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

Address = tuple[str, int]


class FaultyPath(asyncio.DatagramProtocol):
    """Carries datagrams between browsers and a relay, one socket to the relay per socket of a browser.

    `outage`: nothing passes while it is true. `change_path()`: whatever speaks now is carried no more, as on a network
    that somebody left; sockets that are opened afterwards are.
    """

    def __init__(self, relay_port: int) -> None:
        self.relay_port = relay_port
        self.outage = False
        self.port = 0
        self._dead: set[Address] = set()
        self._ways: dict[Address, asyncio.DatagramTransport | None] = {}
        self._listening: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def change_path(self) -> None:
        self._dead.update(self._ways)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._listening = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self.outage or addr in self._dead:
            return
        way = self._ways.get(addr)
        if way is not None:
            way.sendto(data)
        elif addr not in self._ways:
            self._ways[addr] = None
            task = asyncio.get_running_loop().create_task(self._open(addr, data))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open(self, addr: Address, first: bytes) -> None:
        loop = asyncio.get_running_loop()
        way, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self, addr), remote_addr=("127.0.0.1", self.relay_port)
        )
        self._ways[addr] = way
        way.sendto(first)

    def back(self, data: bytes, addr: Address) -> None:
        if not self.outage and addr not in self._dead and self._listening:
            self._listening.sendto(data, addr)

    def close(self) -> None:
        for way in (*self._ways.values(), self._listening):
            if way is not None:
                way.close()


class _Back(asyncio.DatagramProtocol):
    def __init__(self, path: FaultyPath, addr: Address) -> None:
        self.path, self.addr = path, addr

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.path.back(data, self.addr)

    def error_received(self, exc: Exception) -> None:
        """The relay's port is closed: nothing is carried, as on any dead path."""


@asynccontextmanager
async def faulty_path(relay_port: int) -> AsyncIterator[FaultyPath]:
    """A path on loopback to the relay at `relay_port`."""
    loop = asyncio.get_running_loop()
    _, path = await loop.create_datagram_endpoint(lambda: FaultyPath(relay_port), local_addr=("127.0.0.1", 0))
    yield path
    path.close()


class FaultyRoad:
    """Carries connections to a port of this machine. What is cut or silenced stays so; connections made later pass,
    but not while `dead`: they carry nothing either.
    """

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self._open: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self.dead = False

    def cut(self) -> None:
        """Every connection breaks in mid-stream, and both ends are told so."""
        for writer in self._open - self._silent:
            writer.transport.abort()

    def silence(self) -> None:
        """Every connection carries nothing more and nobody is told, as on a network that was left."""
        self._silent.update(self._open)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        self._open.add(back)
        if self.dead:
            self._silent.update((writer, back))
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if writer not in self._silent:
                    writer.write(data)
                    await writer.drain()
        if writer not in self._silent:
            writer.close()

    async def close(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        for writer in self._open:
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def faulty_road(port: int, to_port: int) -> AsyncIterator[FaultyRoad]:
    """A road on loopback from `port` to the server at `to_port`."""
    road = FaultyRoad(to_port)
    server = await asyncio.start_server(road.carry, "127.0.0.1", port)
    try:
        yield road
    finally:
        server.close()
        await road.close()
