"""Reads that are asked for in one moment: done once, never with anything older than the question."""

import asyncio

import pytest

from server.together import Together

pytestmark = pytest.mark.asyncio


class Books:
    """A database of one number. `read` waits until it is let go on."""

    def __init__(self) -> None:
        self.number = 1
        self.reads = 0
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def read(self, work):
        self.reads += 1
        self.begun.set()
        found = await work(self)
        await self.goes_on.wait()
        return found


async def number(books: Books) -> int:
    return books.number


async def test_all_who_ask_before_it_begins_are_answered_by_one_read() -> None:
    books = Books()
    books.goes_on.set()
    together = Together(books.read)
    assert await asyncio.gather(*(together.read("time", number) for _ in range(100))) == [1] * 100
    assert books.reads == 1


async def test_who_asks_after_it_began_is_not_answered_by_it() -> None:
    books = Books()
    together = Together(books.read)
    first = asyncio.ensure_future(together.read("time", number))
    await books.begun.wait()
    books.number = 2
    second = asyncio.ensure_future(together.read("time", number))
    books.goes_on.set()
    assert (await first, await second) == (1, 2)


async def test_another_question_is_another_read() -> None:
    books = Books()
    books.goes_on.set()
    together = Together(books.read)
    await asyncio.gather(together.read("nine", number), together.read("ten", number))
    assert books.reads == 2


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    books = Books()
    together = Together(books.read)
    hasty, patient = (asyncio.ensure_future(together.read("time", number)) for _ in range(2))
    await books.begun.wait()
    hasty.cancel()
    books.goes_on.set()
    assert await patient == 1


async def test_what_went_wrong_is_told_to_all_and_forgotten() -> None:
    books = Books()
    books.goes_on.set()
    together = Together(books.read)

    async def stumbles(_db):
        raise LookupError("away")

    wrong = await asyncio.gather(*(together.read("time", stumbles) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in wrong] == [LookupError] * 3
    assert await together.read("time", number) == 1


async def test_what_each_looks_for_is_found_by_one_question_for_all() -> None:
    books = Books()
    books.goes_on.set()
    together = Together(books.read)
    asked: list[set[int]] = []

    async def squares_of_even(_db, numbers):
        asked.append(set(numbers))
        return {number: number**2 for number in numbers if number % 2 == 0}

    found = await asyncio.gather(*(together.find("squares", number, squares_of_even) for number in range(6)))
    assert found == [0, None, 4, None, 16, None]
    assert asked == [set(range(6))]


async def test_who_looks_after_the_question_was_put_is_in_the_next_one() -> None:
    books = Books()
    together = Together(books.read)
    asked: list[set[int]] = []

    async def itself(_db, numbers):
        asked.append(set(numbers))
        return {number: number for number in numbers}

    first = asyncio.ensure_future(together.find("itself", 1, itself))
    await books.begun.wait()
    second = asyncio.ensure_future(together.find("itself", 2, itself))
    books.goes_on.set()
    assert (await first, await second) == (1, 2)
    assert asked == [{1}, {2}]
