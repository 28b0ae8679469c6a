"""One after the other, on this node: whoever waits for the same thing is let in when the one before has finished.

It spares losers of a rush their work. What must hold is held by the database, which every node shares.
"""

from asyncio import Lock
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Turns:
    """A lock for each thing, as long as somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()

    def of(self, thing: Hashable) -> Lock:
        """`async with turns.of(thing): ...`"""
        lock = self._locks.get(thing)
        if lock is None:
            lock = self._locks[thing] = Lock()
        return lock
