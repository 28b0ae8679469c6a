"""The endpoint before anybody is known, over real sockets: origins, crowds, leaving."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signaling.asgi import Admitted, Ended, Limits
from tests.signaling.house import ORIGIN, Caller, serving


@pytest.mark.asyncio
@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "https://clinic.example.evil.example", ""])
async def test_F01_foreign_null_or_missing_origin_is_403_before_accept(origin: str | None) -> None:
    async with serving() as server:
        cookie = {"Cookie": "login=valid"}
        assert await server.refused(origin=origin, additional_headers=cookie) == 403
        assert not server.signaling._connections


@pytest.mark.asyncio
@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
async def test_F01_two_origins_are_turned_away_whatever_the_server_lets_through(extensions: dict[str, Any]) -> None:
    async with serving() as server:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(event: Any) -> None:
            sent.append(event)

        origins = [(b"origin", ORIGIN.encode()), (b"origin", b"https://evil.example")]
        headers = [(b"host", f"127.0.0.1:{server.port}".encode()), *origins]
        await server.signaling({"type": "websocket", "headers": headers, "extensions": extensions}, receive, send)
        assert "websocket.accept" not in {event["type"] for event in sent}
        assert sent == [{"type": "websocket.close", "code": 4403}]


@pytest.mark.asyncio
async def test_sockets_without_a_ticket_are_counted_per_address() -> None:
    async with serving(limits=Limits(strangers_per_address=2)) as server:
        first, second = await server.open(), await server.open()
        assert await server.refused() == 429
        server.truth.standings["visit", "patient"] = "waiting"
        await first.send(json.dumps({"type": "hello", "version": 1, "ticket": server.ticket("patient")}))
        assert json.loads(await first.recv())["type"] == "welcome"
        third = await server.open()
        assert await server.refused() == 429
        await second.close()
        await third.close()
        await server.until(lambda: not server.signaling._census.strangers)
        await server.open()


@pytest.mark.asyncio
async def test_turning_sockets_away_is_no_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(limits=Limits(sockets=0)) as server:
        assert [await server.refused(), await server.refused(origin="https://evil.example")] == [503, 403]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.asyncio
async def test_a_full_node_sheds_new_sockets_and_keeps_the_call() -> None:
    async with serving(limits=Limits(sockets=2)) as server:
        therapist, patient = await server.call()
        assert await server.refused() == 503
        await therapist.say(type="chat", id="1", text="still here")
        assert (await patient.expect("chat"))["text"] == "still here"


@pytest.mark.asyncio
async def test_deflate_is_not_negotiated() -> None:
    async with serving() as server:
        socket = await server.open(compression="deflate")
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "changes",
    [
        {"expires": datetime.now(UTC) - timedelta(seconds=1)},
        {"visit": "unknown"},
        {"role": "therapist"},
        {"visit": "other"},
    ],
    ids=["expired", "unknown room", "other role", "other room"],
)
async def test_F02_a_ticket_that_does_not_fit_is_4401(changes: dict[str, Any]) -> None:
    async with serving() as server:
        server.truth.standings |= {("visit", "patient"): "live", ("other", "somebody"): "live"}
        caller = Caller(await server.open())
        fields = {"visit": "visit"} | changes
        await caller.say(type="hello", version=1, ticket=server.ticket("patient", **fields))
        assert await caller.closed() == 4401
        assert [(one["type"], one["code"]) for one in caller.seen] == [("error", "ticket")]


@pytest.mark.asyncio
@pytest.mark.parametrize("ticket", ["", "nonsense", "eyJhbGciOiJub25lIn0.e30."])
async def test_F02_no_ticket_and_a_forged_ticket_get_the_answer_of_an_unknown_room(ticket: str) -> None:
    async with serving() as server:
        forged, unknown = Caller(await server.open()), Caller(await server.open())
        await forged.say(type="hello", version=1, ticket=ticket)
        await unknown.say(type="hello", version=1, ticket=server.ticket("patient", "unknown"))
        assert (await forged.closed(), await unknown.closed()) == (4401, 4401)
        assert forged.seen == unknown.seen


@pytest.mark.asyncio
async def test_F02_a_ticket_works_once() -> None:
    async with serving() as server:
        server.truth.standings["visit", "patient"] = "waiting"
        ticket = server.ticket("patient")
        first, second = Caller(await server.open()), Caller(await server.open())
        await first.say(type="hello", version=1, ticket=ticket)
        await first.expect("state")
        await second.say(type="hello", version=1, ticket=ticket)
        assert await second.closed() == 4401
        await first.ping()


@pytest.mark.asyncio
async def test_another_version_is_told_so() -> None:
    async with serving() as server:
        caller = Caller(await server.open())
        await caller.say(type="hello", version=2, ticket=server.ticket("patient"))
        assert await caller.closed() == 4400
        assert caller.seen[0]["code"] == "version"


@pytest.mark.asyncio
async def test_drain_asks_every_socket_to_move_each_at_its_own_moment_and_takes_no_more() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        server.truth.standings["visit-2", "patient"] = "waiting"
        waiting = await server.join("patient", "visit-2")
        await waiting.expect("state")
        moments = iter(range(100, 1000))
        await server.signaling.drain(lambda: next(moments))
        waits = {(await one.expect("drain"))["retry_after_ms"] for one in (therapist, patient, waiting)}
        assert waits == {100, 101, 102}
        assert await server.refused() == 503
        await therapist.say(type="chat", id="1", text="until the end")
        await patient.expect("chat")


@pytest.mark.asyncio
async def test_close_ends_every_socket_with_1012() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        stranger = Caller(await server.open())
        await server.signaling.close()
        assert {await one.closed() for one in (therapist, patient, stranger)} == {1012}
        assert [one["type"] for one in patient.seen if one["type"] in {"left", "ended"}] == []


@pytest.mark.asyncio
async def test_telling_a_room_that_is_not_here_does_nothing() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        await server.signaling.tell("elsewhere", Admitted("patient"))
        await server.signaling.tell("elsewhere", Ended("done"))
        await patient.ping()
        await therapist.ping()
        assert not {"ended", "left"} & {one["type"] for one in patient.seen + therapist.seen}


@pytest.mark.asyncio
async def test_the_origin_is_compared_with_the_host_the_browser_named() -> None:
    async with serving() as server:
        asked: list[tuple[str, str]] = []
        server.signaling._origin_allowed = lambda origin, host: not asked.append((origin, host))
        await server.open()
        assert asked == [(ORIGIN, f"127.0.0.1:{server.port}")]
