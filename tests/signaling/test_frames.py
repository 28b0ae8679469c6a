"""Bytes that no browser sends: the socket they come from closes, and nobody else notices anything."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from signaling.frames import frame_size, header_size, text_head
from tests.signaling.house import Caller, Server, serving
from tests.signaling.raw import BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT, Raw, connected, frame, seated

PING_MESSAGE = b'{"type":"ping","n":7}'
CUT = frame(PING_MESSAGE[:9], first=0), frame(PING_MESSAGE[9:], CONTINUATION)
HOSTILE: dict[str, tuple[bytes, int]] = {
    "no mask": (frame(PING_MESSAGE, masked=False), 1002),
    "reserved bit 1": (frame(PING_MESSAGE, first=FIN | 0x40), 1002),
    "reserved bit 2": (frame(PING_MESSAGE, first=FIN | 0x20), 1002),
    "reserved bit 3": (frame(PING_MESSAGE, first=FIN | 0x10), 1002),
    "opcode 3": (frame(b"", 3), 1002),
    "opcode 7": (frame(PING_MESSAGE, 7), 1002),
    "opcode 11": (frame(b"", 11), 1002),
    "opcode 15": (frame(PING_MESSAGE, 15), 1002),
    "text that is no UTF-8": (frame(b'{"type":"chat","id":"1","text":"\xff\xfe"}'), 4400),
    "half a letter": (frame(b'{"type":"chat","id":"1","text":"\xe2\x82"}'), 4400),
    "no UTF-8 in fragments": (
        frame(b'{"type":"chat","id":"1","t', first=0) + frame(b'ext":"\xff"}', CONTINUATION),
        4400,
    ),
    "binary": (frame(PING_MESSAGE, BINARY), 4400),
    "empty": (frame(b""), 4400),
    "300 KiB": (frame(b"x" * 300 * 1024), 1009),
    "a head that says 2^62": (frame(b"", size=2**62), 1009),
    "a head that says 2^63 + 1": (frame(b"", size=2**63 + 1), 1009),
    "300 KiB in fragments": (frame(b"x" * 60000, first=0) + 5 * frame(b"x" * 60000, CONTINUATION, first=0), 1009),
    "66 KiB in fragments": (frame(b"x" * 60000, first=0) + frame(b"x" * 7000, CONTINUATION), 4413),
    "fragments without an end": (frame(b"", first=0) + 400 * frame(b"", CONTINUATION, first=0), 4429),
    "pings without an end": (400 * frame(b"hello", PING), 4429),
    "pongs without an end": (400 * frame(b"hello", PONG), 4429),
    "a long ping": (frame(b"x" * 126, PING), 1002),
    "a ping in fragments": (frame(b"x", PING, first=0), 1002),
    "a long close": (frame(b"\x03\xe8" + b"x" * 124, CLOSE), 1002),
    "a close of one byte": (frame(b"\x03", CLOSE), 1002),
    "a close with a code of nobody": (frame((1005).to_bytes(2, "big"), CLOSE), 1002),
    "the rest of nothing": (frame(PING_MESSAGE, CONTINUATION), 1002),
    "a message within a message": (CUT[0] + frame(PING_MESSAGE), 1002),
    "no WebSocket at all": (b"GET /signal HTTP/1.1\r\n\r\n" * 20, 1002),
}


@asynccontextmanager
async def two_rooms(**settings: float) -> AsyncIterator[tuple[Server, Caller, Caller, Caller]]:
    """A therapist whose patient comes by a raw socket, and another room with both."""
    async with serving(**settings) as server:
        server.truth.standings |= {("visit", "therapist"): "live", ("visit", "patient"): "live"}
        therapist = await server.join("therapist")
        await therapist.expect("admitted")
        yield server, therapist, *await server.call("other")


async def undisturbed(one: Caller, other: Caller, word: str = "here") -> None:
    """What one says the other hears next, both ways."""
    for speaker, listener in ((one, other), (other, one)):
        await speaker.say(type="signal", to=("patient", "therapist")[speaker is other], stream="m", kind="answer",
                          body={"sdp": word}, attempt=1)  # fmt: skip
        assert (await listener.expect("signal"))["body"] == {"sdp": word}


@pytest.mark.asyncio
async def test_F07_hostile_frames_close_that_socket_alone(caplog: pytest.LogCaptureFixture) -> None:
    async with two_rooms() as (server, therapist, *others):
        for name, (data, code) in HOSTILE.items():
            patient = await seated(server, "patient")
            assert (await therapist.expect("peer"))["present"] is True
            patient.write(data)
            assert (name, await patient.code()) == (name, code)
            assert (await therapist.expect("peer"))["present"] is False
            await undisturbed(*others, word=name)
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]


@pytest.mark.asyncio
async def test_half_a_frame_and_then_silence_ends_with_the_servers_own_ping() -> None:
    async with two_rooms(ws_ping_interval=0.1, ws_ping_timeout=0.1) as (server, therapist, *others):
        patient = await seated(server, "patient")
        assert (await therapist.expect("peer"))["present"] is True
        patient.write(frame(PING_MESSAGE)[:-3])
        assert (await therapist.expect("peer"))["present"] is False
        await undisturbed(*others)
        patient.cut()


@pytest.mark.asyncio
async def test_who_sends_pings_and_reads_nothing_fills_no_memory() -> None:
    async with two_rooms() as (server, _, *others):
        patient = await seated(server, "patient")
        (lane,) = [one._lane for one in server.signaling._connections if one._seat.running.id == "visit"][1:]
        for _ in range(50):
            patient.write(frame(b"x" * 125, PING) * 100)
        await undisturbed(*others)
        assert lane.transport.get_write_buffer_size() < 64 * 1024
        assert await patient.code() in {0, 4429}


@pytest.mark.asyncio
async def test_a_message_arrives_however_its_bytes_are_cut() -> None:
    async with two_rooms() as (server, *_):
        patient = await seated(server, "patient")
        ping = frame(PING_MESSAGE)
        ways = [[ping[:at], ping[at:]] for at in range(1, len(ping))]
        ways += [
            [*CUT],
            [CUT[0] + frame(b"hi", PING) + CUT[1]],
            [bytes([byte]) for byte in ping],
            [ping + CUT[0], CUT[1]],
        ]
        for parts in ways:
            for part in parts:
                patient.write(part)
                await patient.writer.drain()
                await asyncio.sleep(0)
            assert (await patient.hear("pong"))["n"] == 7
        patient.cut()


@pytest.mark.asyncio
async def test_long_messages_arrive_whole() -> None:
    async with two_rooms() as (server, therapist, *_):
        patient = await seated(server, "patient")
        await therapist.expect("peer")
        for size in (1, 60, 125, 126, 4000, 30_000):
            said = {
                "type": "signal",
                "to": "therapist",
                "stream": "m",
                "kind": "answer",
                "attempt": 1,
                "body": {"sdp": "é" * (size // 2)},
            }
            patient.write(frame(json.dumps(said, ensure_ascii=False).encode()))
            assert (await therapist.expect("signal"))["body"] == said["body"]
        patient.cut()


@pytest.mark.asyncio
async def test_a_hundred_sockets_of_noise_do_not_disturb_a_call(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(7)

    def noise() -> bytes:
        payload = chance.randbytes(chance.choice((0, 1, 5, 125, 126, 2000)))
        return chance.choice((
            payload, frame(payload, chance.randrange(16)), frame(payload, chance.choice((0, 1, 2)), first=0),
            frame(payload, first=chance.randrange(16) << 4), frame(payload, size=chance.choice((0, 70000, 2**33))),
            frame(json.dumps({"type": chance.choice(("ping", "chat", "leave")), "n": 1}).encode()),
        ))  # fmt: skip

    async with two_rooms() as (server, therapist, *others):
        del therapist
        for number in range(10):
            crowd: list[Raw] = [await connected(server) for _ in range(10)]
            for one in crowd:
                one.write(b"".join(noise() for _ in range(chance.randrange(1, 12))))
            await undisturbed(*others, word=str(number))
            for one in crowd:
                one.cut()
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]


def test_heads_are_read_and_written_as_the_standard_says() -> None:
    for size, head in ((0, 6), (125, 6), (126, 8), (65535, 8), (65536, 14)):
        whole = frame(b"x" * size)
        assert frame_size(whole, 0, len(whole)) == len(whole) == size + head
        assert header_size(whole[1]) == head
        assert [frame_size(whole, 0, known) for known in range(2 if head == 6 else head - 4)] == [0] * (
            2 if head == 6 else head - 4
        )
        assert text_head(size) == frame(b"x" * size, TEXT, masked=False)[: head - 4]
