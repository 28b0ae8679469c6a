"""Reads that many want in the same moment, done once.

Whoever asks before a read has begun is answered by it: the snapshot is younger than everybody's
question, so nobody hears anything old. Nothing is kept once it has begun. In a rush for one time
a node then looks once for all who came in together, and not once for each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar, cast

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class Together:
    """One read for each key at a time; `read(work)` is how one is done."""

    def __init__(self, read: Callable[[Any], Awaitable[Any]]) -> None:
        self._read = read
        self._gathering: dict[Hashable, asyncio.Task[Any]] = {}
        self._items: dict[Hashable, set[Any]] = {}

    async def read(self, key: Hashable, work: Callable[[Any], Awaitable[T]]) -> T:
        """What `work` returns or raises; `key` says all that the work depends on besides the database."""
        gathering = self._gathering.get(key)
        if gathering is None:
            gathering = self._gathering[key] = asyncio.create_task(self._begin(key, work))
        # One who goes away takes nothing from the others.
        return cast(T, await asyncio.shield(gathering))

    async def find(
        self, key: Hashable, item: H, work: Callable[[Any, Collection[H]], Awaitable[Mapping[H, T]]]
    ) -> T | None:
        """What `work` finds for this item, if anything; it is asked once for the items of all."""
        items = self._items.setdefault(key, set())
        items.add(item)
        return (await self.read(key, lambda db: work(db, items))).get(item)

    async def _begin(self, key: Hashable, work: Callable[[Any], Awaitable[Any]]) -> Any:
        await asyncio.sleep(0)  # all that is ready in this turn of the loop comes in first
        del self._gathering[key]
        self._items.pop(key, None)
        return await self._read(work)
