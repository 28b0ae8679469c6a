"""Topics between nodes. Losable: whoever hears nothing reads the truth from the database."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

QUEUE = 256


class Bus(Protocol):
    """Publish small texts to a topic; everybody who listens now hears them at most once."""

    async def publish(self, topic: str, text: str) -> None: ...

    def listen(self, *topics: str) -> AbstractAsyncContextManager["Ears"]: ...

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

    async def close(self) -> None:
        self._ears.clear()
