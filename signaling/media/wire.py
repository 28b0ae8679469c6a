"""What is said between the program and its media worker, over one local socket: orders one way, reports the other.

A frame is its length in four bytes (big endian) and a tagged msgpack value. A new kind of work is a new order here and
a line in the table of `child.py`; a report that nobody asked for carries number 0.
"""

import asyncio
from typing import Literal

import msgspec

FRAME = 256 * 1024
"""Longest frame in bytes; a description of a session is 32 KiB at most."""

Why = Literal["busy", "unfit", "lost"]
"""No place for another now; an offer that cannot be answered; a worker that died twice over it."""


class Relay(msgspec.Struct, frozen=True):
    """One TURN server and the credentials that our own peer uses there."""

    url: str
    username: str
    credential: str


class EchoOffer(msgspec.Struct, frozen=True, tag="echo_offer"):
    """A browser's offer to the echo. `who` has one session: a new one takes the place of the old."""

    number: int
    who: str
    sdp: str
    relay: Relay | None = None


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    number: int
    sdp: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    number: int
    why: Why


Order = EchoOffer
Report = Answered | Refused

_encode = msgspec.msgpack.Encoder().encode
_order = msgspec.msgpack.Decoder(Order)
_report: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)


def frame(message: Order | Report) -> bytes:
    """The bytes of one message. Raises ValueError above `FRAME`."""
    body = _encode(message)
    if len(body) > FRAME:
        raise ValueError("this message is too long for the worker")
    return len(body).to_bytes(4, "big") + body


async def read_order(reader: asyncio.StreamReader) -> Order | None:
    """The next order; None when the program is gone."""
    body = await _read(reader)
    return None if body is None else _order.decode(body)


async def read_report(reader: asyncio.StreamReader) -> Report | None:
    """The next report; None when the worker is gone."""
    body = await _read(reader)
    return None if body is None else _report.decode(body)


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        return await reader.readexactly(length) if length <= FRAME else None
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
