"""Turns: one at a time, and all who waited for it go on in the same moment."""

import asyncio

import pytest

from server.turns import Turns

pytestmark = pytest.mark.asyncio


async def test_nobody_waits_for_a_thing_that_nobody_has() -> None:
    turns = Turns()
    with turns.take("nine"):
        assert not await turns.passed("ten")
    assert not await turns.passed("nine")


async def test_all_who_wait_go_on_in_the_same_moment_when_the_turn_ends() -> None:
    turns, went_on = Turns(), []

    async def wait(number: int) -> None:
        if await turns.passed("nine"):
            went_on.append(number)

    with turns.take("nine"):
        waiting = [asyncio.ensure_future(wait(number)) for number in range(20)]
        await asyncio.sleep(0)
        assert not went_on
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert went_on == list(range(20))
    assert all(one.done() for one in waiting)


async def test_a_turn_ends_also_when_its_holder_stumbles() -> None:
    turns = Turns()
    with pytest.raises(LookupError), turns.take("nine"):
        raise LookupError("away")
    assert not await turns.passed("nine")


async def test_two_never_have_the_same_turn() -> None:
    turns, inside, most = Turns(), 0, 0

    async def want() -> None:
        nonlocal inside, most
        while await turns.passed("nine"):
            pass
        with turns.take("nine"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(want() for _ in range(30)))
    assert most == 1
