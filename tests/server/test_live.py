"""Page updates: only what one may hear, nothing of content, and an end at drain."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from server.bus import MemoryBus
from server.errors import NotFound, TooMany
from server.live import BEAT, MOST_OF_ADDRESS, MOST_OF_ONE, Live

WAIT = 10


def request(*topics: str) -> Request:
    query = "&".join(f"topic={topic}" for topic in topics).encode()
    return Request({"type": "http", "method": "GET", "path": "/live", "query_string": query, "headers": []})


class Door:
    """May listen to what it was told."""

    def __init__(self, *topics: str) -> None:
        self.topics = set(topics)

    async def __call__(self, _request: Request, topic: str) -> bool:
        return topic in self.topics


async def open_stream(live: Live, door: Door, *topics: str):
    response = await live.endpoint(door)(request(*topics))
    stream = response.body_iterator
    assert "retry" in await anext(stream)
    return stream


@pytest.mark.asyncio
async def test_a_change_is_told_as_topic_and_version_alone() -> None:
    live = Live(MemoryBus())
    stream = await open_stream(live, Door("day:1"), "day:1")
    await live.changed("day:1", 7)
    event = await asyncio.wait_for(anext(stream), WAIT)
    name, data = event.strip().split("\n")
    assert name == "event: changed"
    assert json.loads(data.removeprefix("data: ")) == {"topic": "day:1", "version": "7"}


@pytest.mark.asyncio
@pytest.mark.parametrize("topics", [("day:2",), ("day:1", "day:2"), ()])
async def test_a_foreign_topic_is_not_found(topics) -> None:
    with pytest.raises(NotFound):
        await Live(MemoryBus()).endpoint(Door("day:1"))(request(*topics))


@pytest.mark.asyncio
async def test_drain_ends_the_stream() -> None:
    live = Live(MemoryBus())
    stream = await open_stream(live, Door("day:1"), "day:1")
    waiting = asyncio.ensure_future(anext(stream, "ended"))
    await asyncio.sleep(0)
    live.drain()
    while (said := await asyncio.wait_for(waiting, WAIT)) != "ended":
        assert said == BEAT
        waiting = asyncio.ensure_future(anext(stream, "ended"))


@pytest.mark.asyncio
async def test_b14_who_may_no_longer_listen_is_let_go(monkeypatch) -> None:
    monkeypatch.setattr("server.live.BEAT_SECONDS", 0.01)
    monkeypatch.setattr("server.live.ASK_SECONDS", 0)
    live, door = Live(MemoryBus()), Door("day:1")
    stream = await open_stream(live, door, "day:1")
    assert await asyncio.wait_for(anext(stream), WAIT) == BEAT
    door.topics.clear()
    assert await asyncio.wait_for(anext(stream, "ended"), WAIT) == "ended"


@pytest.mark.asyncio
async def test_b14_a_busy_topic_does_not_keep_anybody_listening(monkeypatch) -> None:
    """Every second something changes, so there is never a quiet beat in which to ask."""
    now = [100.0]
    monkeypatch.setattr("server.live.time", SimpleNamespace(monotonic=lambda: now[0]))
    live, door = Live(MemoryBus()), Door("day:1")
    stream = await open_stream(live, door, "day:1")
    door.topics.clear()
    heard = 0
    for _ in range(10):
        await live.changed("day:1")
        if await asyncio.wait_for(anext(stream, "ended"), WAIT) == "ended":
            break
        heard += 1
        now[0] += 1
    assert heard == 5


def holder(request: Request, topics) -> str:
    return request.headers.get("cookie", topics[0])


def from_address(address: str, cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request(
        {
            "type": "http", "method": "GET", "path": "/live", "query_string": b"topic=day:1", "headers": headers,
            "client": (address, 4000),
        }
    )  # fmt: skip


async def opened(endpoint, request: Request):
    stream = (await endpoint(request)).body_iterator
    assert "retry" in await anext(stream)
    return stream


@pytest.mark.asyncio
async def test_one_login_opens_a_few_streams_and_closing_one_makes_room() -> None:
    endpoint = Live(MemoryBus()).endpoint(Door("day:1"), holder)
    mara = [await opened(endpoint, from_address(f"10.0.0.{number}", "mara")) for number in range(MOST_OF_ONE)]
    with pytest.raises(TooMany) as refused:
        await endpoint(from_address("10.0.1.1", "mara"))
    assert refused.value.retry_after > 0
    other = await opened(endpoint, from_address("10.0.0.1", "samir"))
    await mara.pop().aclose()
    mara.append(await opened(endpoint, from_address("10.0.1.1", "mara")))
    for stream in (*mara, other):
        await stream.aclose()


@pytest.mark.asyncio
async def test_one_address_opens_no_more_than_a_practice_needs_also_all_in_one_moment() -> None:
    endpoint = Live(MemoryBus()).endpoint(Door("day:1"), holder)
    asked = [await endpoint(from_address("10.0.0.1", f"login {number}")) for number in range(MOST_OF_ADDRESS + 5)]
    streams = [one.body_iterator for one in asked]
    began = [await anext(stream, None) for stream in streams]
    assert sum(first is not None for first in began) == MOST_OF_ADDRESS
    with pytest.raises(TooMany):
        await endpoint(from_address("10.0.0.1", "one more"))
    elsewhere = await opened(endpoint, from_address("10.0.0.2", "one more"))
    for stream in (*streams, elsewhere):
        await stream.aclose()
