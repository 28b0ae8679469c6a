"""What a browser says to a signaling server: ours, and PeerJS's. Frames, handshakes, and how each arrives.

Both carry the same descriptions of 1.0, 1.4 and 1.9 KB by turns, each with a mark of its own, so that whoever receives
one can tell which it is and that nothing of it is missing.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Protocol
from uuid import uuid4

from signaling.tickets import LIFETIME, Ticket, mint

KEY = b"a key that this bench made up...."
ORIGIN = "http://127.0.0.1:{port}"
SIZES = (1000, 1400, 1900)
# Candidates, fingerprints and line ends, as in a real description: text with escapes.
LINE = "a=candidate:842163049 1 udp 1677729535 203.0.113.77 46154 typ srflx generation 0 network-cost 999\r\n"
BODIES = tuple(json.dumps((LINE * 20)[: size - 170])[1:-1] for size in SIZES)
EPOCHS = count(int(datetime.now(UTC).timestamp() * 1000))


@dataclass(frozen=True)
class Seat:
    """One of two browsers in a call; `other` is the peer it speaks to."""

    room: str
    me: str
    other: str


def seats() -> tuple[Seat, Seat]:
    """Both sides of a call that nobody has had before."""
    room, therapist, patient = uuid4().hex, f"t{uuid4().hex}", f"p{uuid4().hex}"
    return Seat(room, therapist, patient), Seat(room, patient, therapist)


def role_of(peer: str) -> str:
    return "therapist" if peer.startswith("t") else "patient"


class Dialect(Protocol):
    """How to get in, speak, and leave."""

    joined: bytes
    """What stands in the frame after which a browser may speak."""

    def path(self, seat: Seat) -> str: ...

    def greeting(self, seat: Seat) -> str | None: ...

    def message(self, seat: Seat, number: int) -> bytes: ...

    def goodbye(self) -> str | None: ...


class Ours:
    """A ticket in the first frame, and signals with every field of the protocol."""

    joined = b'"type":"admitted"'

    def path(self, seat: Seat) -> str:
        return "/signal"

    def greeting(self, seat: Seat) -> str:
        ticket = mint([KEY], Ticket(seat.room, seat.me, role_of(seat.me), next(EPOCHS), datetime.now(UTC) + LIFETIME))
        return json.dumps({"type": "hello", "version": 1, "ticket": ticket, "page": seat.me})

    def message(self, seat: Seat, number: int) -> bytes:
        body = f'{{"sdp":"{mark(number)}{BODIES[number % 3]}"}}'
        head = f'{{"type":"signal","to":"{seat.other}","stream":"main","kind":"answer","attempt":1,"body":'
        return f"{head}{body}}}".encode()

    def goodbye(self) -> str:
        return '{"type":"leave"}'


class PeerJs:
    """The id in the address; whoever is gone has closed the socket."""

    joined = b'"type":"OPEN"'

    def path(self, seat: Seat) -> str:
        return f"/peerjs?key=peerjs&id={seat.me}&token={seat.room}&version=1.5.4"

    def greeting(self, seat: Seat) -> None:
        return None

    def message(self, seat: Seat, number: int) -> bytes:
        payload = f'{{"sdp":{{"type":"answer","sdp":"{mark(number)}{BODIES[number % 3]}"}},"type":"media"}}'
        return f'{{"type":"ANSWER","payload":{payload},"dst":"{seat.other}"}}'.encode()

    def goodbye(self) -> None:
        return None


DIALECTS: dict[str, Dialect] = {"ours": Ours(), "peerjs": PeerJs()}


def mark(number: int) -> str:
    """Stands once in each message, at the beginning of its body."""
    return f"#{number:06d}#"


def arrived(frame: bytes) -> int:
    """The number of a message that came whole; -1 for a frame that is none. Raises ValueError for a damaged one."""
    at = frame.find(b'"#')
    if at < 0:
        return -1
    number = int(frame[at + 2 : at + 8])
    if mark(number).encode() + BYTES[number % 3] not in frame:
        raise ValueError(f"message {number} came damaged")
    return number


BYTES = tuple(body.encode() for body in BODIES)


def upgrade(port: int, path: str) -> bytes:
    """The opening handshake, as a browser sends it but for what no server of this bench reads."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {ORIGIN.format(port=port)}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUser-Agent: bench\r\nAccept-Language: en\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    ).encode()


def frame_of(payload: bytes, opcode: int = 1) -> bytes:
    """A whole frame of a client: masked, as a browser's are."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
    mask = os.urandom(4)
    long = (mask * (size // 4 + 1))[:size]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(long, "big")).to_bytes(size, "big")
    return head + length + mask + masked
