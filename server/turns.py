"""One at a time for a thing, on this node; all who wait meanwhile go on together, and look again before they try.

It spares losers of a rush their work. What must hold is held by the database, which every node shares.
"""

from asyncio import Event
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Turns:
    """Who has a turn now, for each thing that somebody wants."""

    def __init__(self) -> None:
        self._ends: dict[Hashable, Event] = {}

    async def passed(self, thing: Hashable) -> bool:
        """Wait for the end of a turn that somebody has. False, at once, when nobody has it: then it can be taken."""
        end = self._ends.get(thing)
        if end is None:
            return False
        await end.wait()
        return True

    @contextmanager
    def take(self, thing: Hashable) -> Iterator[None]:
        """Have the turn until the block ends, right after `passed` said that nobody has it."""
        assert thing not in self._ends, "somebody has this turn"
        end = self._ends[thing] = Event()
        try:
            yield
        finally:
            del self._ends[thing]
            end.set()
