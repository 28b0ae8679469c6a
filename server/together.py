"""Reads that many want in the same moment, done once.

Whoever asks before a read has begun is answered by it: the snapshot is younger than everybody's
question, so nobody hears anything old. Nothing is kept once it has begun. In a rush for one time
a node then looks once for all who came in together, and not once for each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Together:
    """One read for each key at a time; `read(work)` is how one is done."""

    def __init__(self, read: Callable[[Any], Awaitable[Any]]) -> None:
        self._read = read
        self._gathering: dict[Hashable, asyncio.Task[Any]] = {}

    async def read(self, key: Hashable, work: Callable[[Any], Awaitable[T]]) -> T:
        """What `work` returns or raises; `key` says all that the work depends on besides the database."""
        gathering = self._gathering.get(key)
        if gathering is None:
            gathering = self._gathering[key] = asyncio.create_task(self._begin(key, work))
        # One who goes away takes nothing from the others.
        return cast(T, await asyncio.shield(gathering))

    async def _begin(self, key: Hashable, work: Callable[[Any], Awaitable[Any]]) -> Any:
        await asyncio.sleep(0)  # all that is ready in this turn of the loop comes in first
        del self._gathering[key]
        return await self._read(work)
