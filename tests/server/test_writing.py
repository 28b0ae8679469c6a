"""Units on SQLite: the whole of one in the writer's thread, and nothing else changes for who asks."""

import asyncio
from threading import current_thread, main_thread

import pytest
import pytest_asyncio
from sqlalchemy import Integer, MetaData, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.db import Database
from server.plain import put, rows

pytestmark = pytest.mark.asyncio


class ToyBase(DeclarativeBase):
    metadata = MetaData()


class Number(ToyBase):
    __tablename__ = "numbers"

    value: Mapped[int] = mapped_column(Integer, primary_key=True)
    twice: Mapped[int] = mapped_column(Integer, default=0)


@pytest_asyncio.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/records.db")
    await database.run_sync(ToyBase.metadata.create_all)
    yield database
    await database.close()


async def values(database) -> list[int]:
    return sorted(await database.read(lambda db: db.scalars(select(Number.value))))


async def test_the_whole_of_a_unit_runs_in_one_thread_that_is_not_the_loops(database) -> None:
    ran = []

    async def work(db):
        for value in range(3):
            ran.append(current_thread())
            db.add(Number(value=value))
            await db.flush()
        return "done"

    assert await database.unit(work) == "done"
    assert len(set(ran)) == 1
    assert main_thread() not in ran
    assert await values(database) == [0, 1, 2]


async def test_every_way_of_writing_is_there(database) -> None:
    async def work(db):
        await put(db, Number, {"value": 1}, {"value": 2})
        db.add_all([Number(value=3), Number(value=4)])
        async with db.begin_nested():
            await db.execute(delete(Number).where(Number.value == 2))
        try:
            async with db.begin_nested():
                await put(db, Number, {"value": 1})
        except IntegrityError:
            (await db.get_one(Number, 3)).twice = 6
        streamed = [row.value async for row in await db.stream(select(Number.value).order_by(Number.value))]
        plain = await rows(db, select(Number.twice).where(Number.value == 3), {})
        there = (await db.execute(select(Number.__table__.c.value))).all()
        assert len(there) == 3
        await db.delete(await db.get(Number, 4))
        return streamed, [row.twice for row in plain], db.get_bind().dialect.name

    assert await database.unit(work) == ([1, 3, 4], [6], "sqlite")
    assert await values(database) == [1, 3]


async def test_a_unit_that_waits_for_something_else_is_carried_by_the_loop_and_done_once(database) -> None:
    ran = []

    async def work(db):
        db.add(Number(value=7))
        await db.flush()
        await asyncio.sleep(0)
        ran.append(current_thread())

    await database.unit(work)
    assert ran == [main_thread()]
    assert await values(database) == [7]


async def test_a_transaction_within_a_unit_is_no_reason_to_stand_still(database) -> None:
    """Whoever reads in the middle of a unit would wait for the very connection that the unit has."""

    async def work(db):
        there = await database.read(lambda other: other.scalar(select(Number.value)))
        db.add(Number(value=1 if there is None else 2))

    await asyncio.wait_for(database.unit(work), 30)
    assert await values(database) == [1]


async def test_a_unit_that_raises_leaves_nothing_and_the_next_one_is_whole(database) -> None:
    async def fails(db):
        await put(db, Number, {"value": 1})
        raise LookupError

    with pytest.raises(LookupError):
        await database.unit(fails)
    await database.unit(lambda db: put(db, Number, {"value": 2}))
    assert await values(database) == [2]


async def test_what_was_added_by_a_try_that_lost_may_be_added_by_the_next(database) -> None:
    row = Number(value=5)

    async def lose(db):
        db.add(row)
        await db.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.unit(lose)

    async def again(db):
        db.add(row)

    await database.unit(again)
    assert await values(database) == [5]
