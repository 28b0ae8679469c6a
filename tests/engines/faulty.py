"""A path that a test may cut: stands before a relay and carries datagrams until it is told otherwise."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
