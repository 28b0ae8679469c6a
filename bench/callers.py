"""Two hundred calls at once, from a process of its own: `python -m bench.callers DIALECT PORT PID WORK`.

WORK is `calls` (whole calls, the server's CPU for each part), `steady` (1,000 messages a second, how long each took)
or `idle` (5,000 sockets that only sit in their rooms). Prints one JSON line. Every message is counted where it arrives:
one that is lost, damaged or out of order ends the run.
"""

import asyncio
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

from bench.dialects import DIALECTS, Dialect, Seat, arrived, frame_of, seats, upgrade
from bench.timing import cpu_seconds

CALLS, MESSAGES = 200, 60
RATE, STEADY_SECONDS = 1000, 10
IDLE, AT_ONCE, SETTLE_SECONDS = 5000, 50, 3.0


@dataclass(eq=False)
class Caller(asyncio.Protocol):
    """One browser: joins, speaks when it is told, and answers for what it heard."""

    dialect: Dialect
    seat: Seat
    port: int
    heard: Callable[["Caller", int], None]
    joined: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    received: int = 0
    code: int = 0
    _raw: bytearray = field(default_factory=bytearray)
    _open: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(upgrade(self.port, self.dialect.path(self.seat)))

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()

    def data_received(self, data: bytes) -> None:
        self._raw += data
        if not self._open:
            head, end, rest = bytes(self._raw).partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            assert b"permessage-deflate" not in head, "compression was negotiated"
            self._open, self._raw = True, bytearray(rest)
            if (greeting := self.dialect.greeting(self.seat)) is not None:
                self.transport.write(frame_of(greeting.encode()))
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        """(opcode, payload) of the next whole frame."""
        raw = self._raw
        if len(raw) < 2:
            return None
        size, at = raw[1], 2
        if size == 126:
            size, at = int.from_bytes(raw[2:4], "big"), 4
        if size == 127:
            size, at = int.from_bytes(raw[2:10], "big"), 10
        if len(raw) < at + size:
            return None
        opcode, payload = raw[0] & 0x0F, bytes(raw[at : at + size])
        del raw[: at + size]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.transport.write(frame_of(payload, 10))
        elif opcode == 8:
            self.code = int.from_bytes(payload[:2], "big")
            self.transport.close()
        elif not self.joined.is_set() and self.dialect.joined in payload:
            self.joined.set()
        elif (number := arrived(payload)) >= 0:
            assert number == self.received, f"message {number} came instead of {self.received}"
            self.received += 1
            self.heard(self, number)

    def say(self) -> None:
        """The next message to the other side."""
        self.transport.write(frame_of(self.dialect.message(self.seat, self.sent)))
        self.sent += 1

    async def join(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self.port, local_addr=(address, 0))
        async with asyncio.timeout(60):
            await self.joined.wait()

    async def leave(self) -> None:
        goodbye = self.dialect.goodbye()
        self.transport.write(frame_of(goodbye.encode()) if goodbye else frame_of((1000).to_bytes(2, "big"), 8))
        async with asyncio.timeout(60):
            await self.gone.wait()
        assert self.code == 1000, self.code


class Straight(Caller):
    """Somebody whose other side is at the other end of the same connection, without any server."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self._open = cast(asyncio.Transport, transport), True
        self.joined.set()

    def say(self) -> None:
        """As a server's frame: nobody here takes a mask off."""
        message = self.dialect.message(self.seat, self.sent)
        self.transport.write(b"\x81\x7e" + len(message).to_bytes(2, "big") + message)
        self.sent += 1

    async def leave(self) -> None:
        self.transport.close()


Pair = tuple[Caller, Caller]


def pair(kind: str, port: int, heard: Callable[[Caller, int], None]) -> Pair:
    one, other = seats()
    return Caller(DIALECTS[kind], one, port, heard), Caller(DIALECTS[kind], other, port, heard)


async def straight(heard: Callable[[Caller, int], None]) -> list[Pair]:
    """Pairs that are connected to each other: what a message costs the network and the callers themselves."""
    loop = asyncio.get_running_loop()
    pairs: list[Pair] = []
    for _ in range(CALLS):
        one, other = seats()
        near, far = Straight(DIALECTS["ours"], one, 0, heard), Straight(DIALECTS["ours"], other, 0, heard)
        server = await loop.create_server(lambda far=far: far, "127.0.0.1", 0)  # type: ignore[misc]
        await loop.create_connection(lambda near=near: near, *server.sockets[0].getsockname())  # type: ignore[misc]
        await far.joined.wait()
        server.close()
        pairs.append((near, far))
    return pairs


async def join(pairs: Sequence[Pair]) -> None:
    """Everybody comes, each call from an address of its own; no more under way at a time than a listener queues."""
    room = asyncio.Semaphore(AT_ONCE)

    async def come(number: int, caller: Caller) -> None:
        async with room:
            await caller.join(f"127.1.{number // 200 + 1}.{number % 200 + 1}")

    await asyncio.gather(*(come(number, caller) for number, both in enumerate(pairs) for caller in both))


async def leave(pairs: Sequence[Pair]) -> None:
    await asyncio.gather(*(caller.leave() for both in pairs for caller in both))


async def calls(kind: str, port: int, pid: int) -> dict[str, float]:
    """Milliseconds of the server's CPU for one call of the two hundred."""
    done = asyncio.Event()
    open_calls = CALLS

    def heard(caller: Caller, number: int) -> None:
        nonlocal open_calls
        if caller.sent + caller.received < MESSAGES:
            caller.say()
            return
        open_calls -= 1
        if not open_calls:
            done.set()

    pairs = [pair(kind, port, heard) for _ in range(CALLS)]
    marks = [cpu_seconds(pid)]
    await join(pairs)
    marks.append(await settled(pid))
    for first, _ in pairs:
        first.say()
    async with asyncio.timeout(120):
        await done.wait()
    marks.append(await settled(pid))
    await leave(pairs)
    marks.append(await settled(pid))
    assert all(caller.sent == caller.received == MESSAGES // 2 for both in pairs for caller in both)
    parts = [1000 * (later - earlier) / CALLS for earlier, later in pairwise(marks)]
    return {"joins": parts[0], "messages": parts[1], "leaves": parts[2], "call": sum(parts)}


async def settled(pid: int) -> float:
    """CPU of the server once it has done what it still had to do."""
    await asyncio.sleep(0.3)
    return cpu_seconds(pid)


async def steady(kind: str, port: int, pid: int) -> dict[str, float]:
    """Milliseconds from the write of a message to its arrival, at a thousand a second that come by chance."""
    under_way: dict[tuple[str, int], float] = {}
    took: list[float] = []

    def heard(caller: Caller, number: int) -> None:
        took.append(1000 * (perf_counter() - under_way.pop((caller.seat.other, number))))

    pairs = await straight(heard) if kind == "straight" else [pair(kind, port, heard) for _ in range(CALLS)]
    everybody = [caller for both in pairs for caller in both]
    if kind != "straight":
        await join(pairs)
    chance, before = random.Random(1), await settled(pid)
    turns = cycle(everybody)  # each in turn: nobody says more than the twenty a second that are allowed
    start = due = perf_counter()
    while due < start + STEADY_SECONDS:
        due += chance.expovariate(RATE)
        if (wait := due - perf_counter()) > 0:
            await asyncio.sleep(wait)
        caller = next(turns)
        under_way[caller.seat.me, caller.sent] = perf_counter()
        caller.say()
    spent = cpu_seconds(pid) - before
    await settled(pid)
    assert not under_way, f"{len(under_way)} messages are lost"
    await leave(pairs)
    ordered = sorted(took)
    at = {"p50": 0.5, "p99": 0.99}
    return {name: ordered[int(share * len(ordered))] for name, share in at.items()} | {"cpu": 1000 * spent / len(took)}


async def idle(kind: str, port: int, pid: int) -> dict[str, float]:
    """KB of the server's own memory (Pss) for each of five thousand sockets that sit in their rooms."""
    before = pss_kb(pid)
    pairs = [pair(kind, port, lambda caller, number: None) for _ in range(IDLE // 2)]
    await join(pairs)
    await asyncio.sleep(SETTLE_SECONDS)
    after = pss_kb(pid)
    assert not any(caller.gone.is_set() for both in pairs for caller in both)
    await leave(pairs)
    return {"kb": (after - before) / IDLE, "before": before / 1024, "after": after / 1024}


def pss_kb(pid: int) -> float:
    """Proportional memory of a process: shared pages count for their share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))


WORKS = {"calls": calls, "steady": steady, "idle": idle}


def main(kind: str, port: str, pid: str, work: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(WORKS[work](kind, int(port), int(pid)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
