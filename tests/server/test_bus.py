"""Topics on one node."""

import asyncio

import pytest

from server.bus import QUEUE, MemoryBus


@pytest.mark.asyncio
async def test_listeners_hear_their_topics_alone() -> None:
    bus = MemoryBus()
    async with bus.listen("day:1") as one, bus.listen("day:2") as other:
        await bus.publish("day:1", "7")
        assert await asyncio.wait_for(one.next(), 5) == ("day:1", "7")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.next(), 0.01)


@pytest.mark.asyncio
async def test_a_slow_listener_loses_the_oldest_and_holds_nobody_up() -> None:
    bus = MemoryBus()
    async with bus.listen("day") as slow:
        for number in range(QUEUE + 5):
            await bus.publish("day", str(number))
        assert await slow.next() == ("day", "5")


@pytest.mark.asyncio
async def test_nothing_is_kept_of_a_listener_that_left() -> None:
    bus = MemoryBus()
    async with bus.listen("day"):
        pass
    await bus.publish("day", "1")
    assert not bus._ears, "a topic nobody listens to takes no memory"
