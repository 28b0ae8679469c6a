"""The socket at /signal as the whole program serves it: whose page it is, and what a ticket opens."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from server.app import origin_allowed
from server.config import Settings
from server.house import House
from signaling.frames import EXTENSION, Sink
from tests.server.conftest import BASE, Clock
from tests.server.visit.conftest import START, Browser, Jo

pytestmark = pytest.mark.asyncio


class Socket:
    """A WebSocket straight into the application: `say(...)`, `await hear()`."""

    def __init__(self, app: Any, origin: str = BASE) -> None:
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sink: Sink | None = None
        headers = [(b"origin", origin.encode()), (b"host", b"testserver")]
        scope = {
            "type": "websocket",
            "path": "/signal",
            "raw_path": b"/signal",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 4000),
            "server": ("testserver", 80),
            "scheme": "ws",
            "subprotocols": [],
            "root_path": "",
            "extensions": {EXTENSION: {"lane": Direct(self)}},
        }
        self.task = asyncio.create_task(app(scope, self.begin, self.outbox.put))

    async def begin(self) -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def say(self, **message: Any) -> None:
        await asyncio.wait_for(self.task, 5)  # the application has attached somebody by then
        assert self.sink, "nobody is attached"
        self.sink.heard(json.dumps(message).encode())

    async def hear(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.outbox.get(), 5)

    async def hear_of(self, kind: str) -> dict[str, Any]:
        while (heard := await self.hear())["type"] != kind:
            assert heard["type"] != "websocket.close", heard
        return heard


class Direct:
    """The way of a socket that has no network beneath it."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    def attach(self, sink: Sink) -> None:
        self.socket.sink = sink

    def say(self, payload: bytes) -> None:
        self.socket.outbox.put_nowait(json.loads(payload))

    def unsent(self) -> int:
        return 0

    def hang_up(self, code: int, reason: str, patience: float) -> None:
        self.socket.outbox.put_nowait({"type": "websocket.close", "code": code})


@pytest_asyncio.fixture
async def sockets(app: Any) -> AsyncIterator[Any]:
    made: list[Socket] = []

    def another(**more: str) -> Socket:
        made.append(Socket(app, **more))
        return made[-1]

    yield another
    for one in made:
        await asyncio.wait_for(one.task, 5)
        if one.sink:
            one.sink.lost()


async def greeted(socket: Socket, browser: Browser, url: str) -> dict[str, Any]:
    ticket = (await browser.post(f"{url}/ticket")).json()["ticket"]
    assert (await socket.hear())["type"] == "websocket.accept"
    await socket.say(type="hello", version=1, ticket=ticket)
    return await socket.hear_of("welcome")


async def test_who_waits_hears_only_of_themselves_until_mara_lets_them_in(
    sockets: Any, jo: Jo, mara: Browser, house: House
) -> None:
    await jo.arrive()
    phone, laptop = sockets(), sockets()
    assert (await greeted(phone, jo.browser, jo.url))["state"] == "waiting"
    assert (await phone.hear_of("state"))["state"] == "waiting"
    await greeted(laptop, mara, jo.staff_url)
    assert phone.outbox.empty(), "nothing of the therapist's socket reaches who waits"
    await mara.post(f"{jo.staff_url}/admit")
    admitted = await phone.hear_of("admitted")
    assert admitted["you"]["polite"] is True
    assert [(one["name"], one["role"]) for one in admitted["peers"]] == [("Mara Lind", "therapist")]
    assert (await laptop.hear_of("peer"))["name"] == "Jo Almeida"
    await mara.post(f"{jo.staff_url}/hold")
    assert (await phone.hear_of("state"))["state"] == "held"
    await mara.post(f"{jo.staff_url}/end")
    assert await phone.hear_of("ended")


async def test_the_clock_of_a_session_goes_on_over_a_hold_and_begins_anew_after_a_way_back(
    sockets: Any, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await jo.arrive()
    phone = sockets()
    await greeted(phone, jo.browser, jo.url)
    since = []
    for step in ("hold", "hold", "send-back"):
        await mara.post(f"{jo.staff_url}/admit")
        since.append((await phone.hear_of("admitted"))["since"])
        clock.forward(minutes=10)
        await mara.post(f"{jo.staff_url}/{step}")
        clock.forward(minutes=2)
    await mara.post(f"{jo.staff_url}/admit")
    since.append((await phone.hear_of("admitted"))["since"])
    reloaded = sockets()
    await greeted(reloaded, jo.browser, jo.url)
    since.append((await reloaded.hear_of("admitted"))["since"])
    assert since == ["2026-03-09T13:50:00Z"] * 3 + ["2026-03-09T14:26:00Z"] * 2


async def test_a_ticket_works_once_and_a_forged_one_never(sockets: Any, jo: Jo, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    ticket = (await jo.browser.post(f"{jo.url}/ticket")).json()["ticket"]
    first, again, forged = sockets(), sockets(), sockets()
    for socket in (first, again, forged):
        assert (await socket.hear())["type"] == "websocket.accept"
    await first.say(type="hello", version=1, ticket=ticket)
    assert await first.hear_of("welcome")
    await again.say(type="hello", version=1, ticket=ticket)
    await forged.say(type="hello", version=1, ticket=ticket[:-2] + "00")
    for socket in (again, forged):
        while (heard := await socket.hear())["type"] != "websocket.close":
            assert heard["type"] == "error", heard
        assert heard["code"] == 4401


async def test_f01_a_foreign_page_opens_no_socket(sockets: Any) -> None:
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        answer = await sockets(origin=origin).hear()
        assert answer["type"] != "websocket.accept", origin


async def test_the_public_address_and_the_host_that_was_asked_are_ours(settings: Settings) -> None:
    assert origin_allowed(settings, BASE, "testserver")
    assert origin_allowed(settings, "http://localhost:8000", "localhost:8000"), "the machine itself"
    assert not origin_allowed(settings, "http://localhost:8000", "testserver")
    assert not origin_allowed(settings, "http://other", "other")
