"""One socket, over a real server: time, size, rate, and a reader that does not read."""

import asyncio
import json
import socket as sockets

import pytest

from signaling.asgi import Limits
from tests.signaling.house import Caller, Server, serving


@pytest.mark.asyncio
async def test_silence_instead_of_hello_is_4408() -> None:
    async with serving(limits=Limits(hello=0.05)) as server:
        assert await Caller(await server.open()).closed() == 4408


@pytest.mark.asyncio
async def test_after_hello_silence_is_no_fault() -> None:
    async with serving(limits=Limits(hello=0.05, recheck_waiting=0.1)) as server:
        server.truth.standings["visit", "patient"] = "waiting"
        caller = await server.join("patient")
        await caller.expect("state")
        await server.truth.until_asked(3)
        await caller.ping()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "first", [{"type": "ping", "n": 1}, {"type": "leave"}, {"type": "chat", "id": "1", "text": "let me in"}]
)
async def test_F03_anything_before_hello_is_4400(first: dict[str, object]) -> None:
    async with serving() as server:
        caller = Caller(await server.open())
        await caller.say(**first)
        assert await caller.closed() == 4400
        assert [one["code"] for one in caller.seen] == ["hello_first"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4400),
        (b"\x00\x01binary", 4400),
        ('{"type":"ping","n":"one"}', 4400),
        ('{"type":"ping","n":1,"n":2}', 4400),
        ("[" * 60_000, 4400),
        ('{"type":"admit","peer":"patient"}', 4400),
        ("x" * (65 * 1024), 4413),
        ("x" * (300 * 1024), 1009),
    ],
    ids=["text", "binary", "type", "twice", "deep", "unknown type", "65 KiB", "300 KiB"],
)
async def test_F07_a_malformed_message_closes_that_socket_alone(frame: str | bytes, code: int) -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        other_therapist, other_patient = await server.call("other")
        await patient.socket.send(frame)
        assert await patient.closed() == code
        assert (await therapist.expect("peer"))["present"] is False
        await other_patient.say(type="chat", id="1", text="hello")
        assert (await other_therapist.expect("chat"))["text"] == "hello"
        assert len(other_patient.seen) == 2
        assert len(therapist.seen) == 4


@pytest.mark.asyncio
async def test_a_flood_is_4429_and_the_other_reads_no_more_than_the_burst() -> None:
    async with serving(limits=Limits(messages_per_second=0)) as server:
        therapist, patient = await server.call()
        for n in range(200):
            await patient.say(type="chat", id=str(n), text="!")
        assert await patient.closed() == 4429
        await therapist.ping()
        # The hello was the first of the sixty.
        assert sum(one["type"] == "chat" for one in therapist.seen) == 59


@pytest.mark.asyncio
async def test_candidates_and_offers_too_many_are_refused_and_the_socket_stays() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        signal = {"type": "signal", "to": "therapist", "stream": "main", "attempt": 1}
        for _ in range(203):
            await patient.say(**signal, kind="candidate", body={"candidate": None})
        for _ in range(12):
            await patient.say(**signal, kind="offer", body={"sdp": "v=0"})
        await patient.ping()
        await therapist.ping()
        codes = [one["code"] for one in patient.seen if one["type"] == "error"]
        assert codes == ["too_many_candidates"] * 3 + ["too_many_offers"] * 2
        kinds = [one["kind"] for one in therapist.seen if one["type"] == "signal"]
        assert (kinds.count("candidate"), kinds.count("offer")) == (200, 10)


@pytest.mark.asyncio
async def test_a_slow_reader_is_closed_and_never_stalls_the_room() -> None:
    async with serving(limits=Limits(send_queue=64 * 1024, message_burst=10_000, goodbye=0.2)) as server:
        therapist, patient = await server.call()
        deaf = await deaf_caller(server, "patient")
        assert (await therapist.expect("peer"))["present"] is True
        assert await patient.closed() == 4409
        text = "x" * 4000
        for n in range(10_000):
            await therapist.say(type="chat", id=str(n), text=text)
            heard = await therapist.hear()
            if heard["type"] == "peer":
                break
        assert (heard["peer"], heard["present"]) == ("patient", False)
        assert [int(one["id"]) for one in therapist.seen if one["type"] == "chat"] == list(range(n))
        deaf.close()


async def deaf_caller(server: Server, peer: str) -> sockets.socket:
    """A participant that says hello and never reads a byte again."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", server.port))
    hello = json.dumps({"type": "hello", "version": 1, "ticket": server.ticket(peer)}).encode()
    handshake = (
        f"GET /signal HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: https://clinic.example\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
    frame = bytes([0x81, 0x80 | 126, *len(hello).to_bytes(2, "big"), 0, 0, 0, 0]) + hello
    await loop.sock_sendall(raw, handshake)
    await loop.sock_recv(raw, 129)
    await loop.sock_sendall(raw, frame)
    return raw


@pytest.mark.asyncio
async def test_a_dead_peer_is_noticed_by_the_servers_own_pings() -> None:
    async with serving(ws_ping_interval=0.1, ws_ping_timeout=0.1) as server:
        therapist, patient = await server.call()
        deaf = await deaf_caller(server, "patient")
        assert (await therapist.expect("peer"))["present"] is True
        assert (await therapist.expect("peer"))["present"] is False
        await therapist.ping()
        assert await patient.closed() == 4409
        deaf.close()


@pytest.mark.asyncio
async def test_every_message_of_a_socket_is_numbered_in_order() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        for n in range(20):
            await therapist.say(type="chat", id=str(n), text=str(n))
        await patient.ping()
        await therapist.ping()
        for caller in (therapist, patient):
            assert [one["seq"] for one in caller.seen] == list(range(1, len(caller.seen) + 1))
