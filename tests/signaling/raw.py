"""A socket that says whatever bytes it is told to, and reads frames as they come."""

import asyncio
import json
from dataclasses import dataclass

from tests.signaling.house import ORIGIN, WAIT, Server

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
FIN = 0x80
MASK = b"\x11\x22\x33\x44"


def frame(
    payload: bytes, opcode: int = TEXT, *, first: int = FIN, masked: bool = True, size: int | None = None
) -> bytes:
    """A frame; `first` holds the FIN and reserved bits, `size` is what its head says when that is not the truth."""
    size = len(payload) if size is None else size
    bit = 0x80 if masked else 0
    short = bytes([first | opcode, bit | min(size, 126 if size < 65536 else 127)])
    if size > 125:
        short = (
            short[:1] + bytes([bit | (126 if size < 65536 else 127)]) + size.to_bytes(2 if size < 65536 else 8, "big")
        )
    if not masked:
        return short + payload
    return short + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


@dataclass
class Raw:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self) -> tuple[int, bytes]:
        """(opcode, payload) of the next frame. Raises IncompleteReadError at the end."""
        async with asyncio.timeout(WAIT):
            opcode, size = await self.reader.readexactly(2)
            if size == 126:
                size = int.from_bytes(await self.reader.readexactly(2), "big")
            return opcode & 0x0F, await self.reader.readexactly(size)

    async def hear(self, kind: str) -> dict[str, object]:
        """The next message of this type."""
        while True:
            opcode, payload = await self.frame()
            if opcode == TEXT and (message := dict(json.loads(payload)))["type"] == kind:
                return message

    async def code(self) -> int:
        """Reads on to the end: the code that the server closed with, 0 for none."""
        found = 0
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == CLOSE:
                    found = int.from_bytes(payload[:2], "big")
                    self.write(frame(payload[:2], CLOSE))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.writer.close()
            return found

    def cut(self) -> None:
        self.writer.transport.abort()


async def connected(server: Server) -> Raw:
    """An accepted socket of nobody yet."""
    raw = Raw(*await asyncio.open_connection("127.0.0.1", server.port))
    handshake = (
        f"GET /signal HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {ORIGIN}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    raw.write(handshake.encode())
    async with asyncio.timeout(WAIT):
        assert b" 101 " in await raw.reader.readuntil(b"\r\n\r\n")
    return raw


async def seated(server: Server, peer: str, visit: str = "visit") -> Raw:
    """Somebody in the call, everything of the start read."""
    raw = await connected(server)
    raw.write(frame(json.dumps({"type": "hello", "version": 1, "ticket": server.ticket(peer, visit)}).encode()))
    await raw.hear("admitted")
    return raw
