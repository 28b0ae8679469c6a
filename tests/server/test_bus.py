"""Topics on one node."""

import asyncio

import pytest

from server.bus import QUEUE, MemoryBus, RedisBus, open_bus


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


async def until_heard(ears, wanted, within=10):
    async with asyncio.timeout(within):
        while (heard := await ears.next()) != wanted:
            assert heard[1] == "", "only the stir after connecting may come before"


@pytest.mark.asyncio
async def test_two_nodes_hear_each_other_through_redis(valkey_url) -> None:
    nodes = [open_bus(valkey_url) for _ in range(2)]
    assert all(isinstance(node, RedisBus) for node in nodes)
    loops = [asyncio.create_task(node.run()) for node in nodes]
    await asyncio.gather(*(node.listening.wait() for node in nodes))
    async with nodes[0].listen("day:1") as here, nodes[1].listen("day:1") as there:
        await nodes[0].publish("day:1", "7")
        await until_heard(there, ("day:1", "7"))
        await until_heard(here, ("day:1", "7"))
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await asyncio.gather(*(node.close() for node in nodes))


@pytest.mark.asyncio
async def test_after_a_gap_every_listener_looks_again() -> None:
    bus = MemoryBus()
    async with bus.listen("day:1") as ears:
        await bus.stir()
        assert await asyncio.wait_for(ears.next(), 5) == ("day:1", "")


@pytest.mark.asyncio
async def test_a_redis_that_is_away_loses_nothing_on_this_node() -> None:
    bus = open_bus("redis://127.0.0.1:1/0")
    async with bus.listen("day:1") as ears:
        await bus.publish("day:1", "7")
        assert await asyncio.wait_for(ears.next(), 10) == ("day:1", "7")
    await bus.close()
