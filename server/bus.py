"""Topics between nodes. Losable: whoever hears nothing reads the truth from the database."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog

log = structlog.get_logger("bus")

QUEUE = 256
CHANNEL = "parlour:"


class Bus(Protocol):
    """Publish small texts to a topic; everybody who listens now hears them at most once."""

    async def publish(self, topic: str, text: str) -> None: ...

    def listen(self, *topics: str) -> AbstractAsyncContextManager["Ears"]: ...

    async def run(self) -> None:
        """The loop that brings news from other nodes."""

    async def close(self) -> None: ...


class Ears:
    """A bounded queue of (topic, text); a listener too slow to read loses the oldest."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(QUEUE)

    def hear(self, topic: str, text: str) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait((topic, text))

    async def next(self) -> tuple[str, str]:
        return await self._queue.get()


class MemoryBus:
    """One node: topics are a dictionary."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ears]] = defaultdict(set)

    async def publish(self, topic: str, text: str) -> None:
        for ears in tuple(self._ears.get(topic, ())):
            ears.hear(topic, text)

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[Ears]:
        """Hear these topics for the length of the block."""
        ears = Ears()
        for topic in topics:
            self._ears[topic].add(ears)
        try:
            yield ears
        finally:
            for topic in topics:
                self._ears[topic].discard(ears)
                if not self._ears[topic]:
                    del self._ears[topic]

    async def stir(self) -> None:
        """Tell every listener that something may have changed: after a gap nobody knows what was missed."""
        for topic in tuple(self._ears):
            await self.publish(topic, "")

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        self._ears.clear()


class RedisBus:
    """Several nodes: everything goes through Redis, each node listens once and passes it on inside."""

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis  # an extra: only clinics with several nodes install it

        self._redis = Redis.from_url(url, decode_responses=True)
        self._local = MemoryBus()
        self.listening = asyncio.Event()

    async def publish(self, topic: str, text: str) -> None:
        from redis.exceptions import RedisError

        try:
            await self._redis.publish(CHANNEL + topic, text)
        except (RedisError, OSError) as problem:  # losable by contract: this node's own listeners still hear
            log.warning("bus.away", kind=type(problem).__name__)
            await self._local.publish(topic, text)

    def listen(self, *topics: str) -> AbstractAsyncContextManager[Ears]:
        return self._local.listen(*topics)

    async def run(self) -> None:
        """Listen until cancelled. Raises what the client raises when Redis is away; the loop's owner tries again."""
        async with self._redis.pubsub() as ears:
            await ears.psubscribe(f"{CHANNEL}*")
            self.listening.set()
            await self._local.stir()
            async for message in ears.listen():
                if message["type"] == "pmessage":
                    await self._local.publish(message["channel"].removeprefix(CHANNEL), message["data"])

    async def close(self) -> None:
        await self._local.close()
        await self._redis.aclose()


def open_bus(redis_url: str) -> Bus:
    """The bus that the settings ask for."""
    return RedisBus(redis_url) if redis_url else MemoryBus()
