"""Reads on SQLite: the whole of one in one piece, and nothing else changes for who asks."""

import asyncio
import sqlite3
from threading import current_thread, main_thread

import pytest
import pytest_asyncio
from sqlalchemy import Integer, MetaData, event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.db import Database
from server.reading import TRUSTED

pytestmark = pytest.mark.asyncio


class ToyBase(DeclarativeBase):
    metadata = MetaData()


class Number(ToyBase):
    __tablename__ = "numbers"

    value: Mapped[int] = mapped_column(Integer, primary_key=True)


@pytest_asyncio.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/records.db")
    await database.run_sync(ToyBase.metadata.create_all)

    async def fill(db):
        db.add_all(Number(value=value) for value in range(5))

    await database.unit(fill)
    yield database
    await database.close()


COUNT = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT count(*) FROM n")


@pytest.mark.parametrize(("most", "here"), [(10, True), (100_000, False)])
async def test_a_short_read_is_done_on_the_spot_and_a_long_one_away_from_the_loop(database, most, here) -> None:
    ran = []

    async def where(db):
        ran.append(current_thread())
        return await db.scalar(COUNT, {"most": most})

    assert await database.read(where) == most
    assert (ran[-1] is main_thread()) is here
    assert ran[0] is main_thread()


async def test_a_short_read_stays_on_the_spot_however_often_it_is_asked(database) -> None:
    ran = []

    async def where(db):
        ran.append(current_thread())
        return await db.scalar(COUNT, {"most": 1000})

    for _ in range(50):
        await database.read(where)
    assert set(ran) == {main_thread()}


async def test_short_reads_keep_one_connection_which_a_failed_one_leaves_clean(database) -> None:
    taken = []
    event.listen(database.engines[1], "checkout", lambda *_: taken.append(1))

    async def fails(db):
        await db.scalar(COUNT, {"most": 3})
        raise ZeroDivisionError

    async def count(db):
        return len((await db.execute(select(Number))).all())

    assert await database.read(count) == 5
    with pytest.raises(ZeroDivisionError):
        await database.read(fails)

    async def more(db):
        db.add(Number(value=5))

    await database.unit(more)
    assert await database.read(count) == 6, "the snapshot of the read that failed has ended"
    assert len(taken) == 1


async def test_what_was_too_long_once_is_not_begun_on_the_loop_for_a_while(database) -> None:
    ran, most = [], 100_000

    async def where(db):
        ran.append(current_thread() is main_thread())
        return await db.scalar(COUNT, {"most": most})

    await database.read(where)
    assert ran == [True, False]
    most = 10
    for _ in range(TRUSTED):
        await database.read(where)
    assert ran[2:] == [False] * TRUSTED
    await database.read(where)
    assert ran[-1]


async def test_every_way_of_asking_answers_as_on_the_loop(database) -> None:
    async def ask(db):
        streamed = [row.value async for row in await db.stream(select(Number.value).order_by(Number.value))]
        got = (await db.get(Number, 3)).value, (await db.get_one(Number, 4)).value, await db.get(Number, 99)
        return streamed, got, db.get_bind().dialect.name, await db.scalar(select(Number.value).where(Number.value == 2))

    assert await database.read(ask) == ([0, 1, 2, 3, 4], (3, 4, None), "sqlite", 2)


async def test_rows_may_be_looked_at_after_the_read_has_ended(database) -> None:
    assert sorted(await database.read(lambda db: db.scalars(select(Number.value)))) == [0, 1, 2, 3, 4]
    rows = await database.read(lambda db: db.execute(select(Number)))
    assert sorted(number.value for (number,) in rows) == [0, 1, 2, 3, 4]


async def test_a_read_sees_one_state_however_much_is_written_meanwhile(database, tmp_path) -> None:
    async def look(db):
        before = (await db.execute(text("SELECT count(*) FROM numbers"))).scalar_one()
        with sqlite3.connect(tmp_path / "records.db") as other:
            other.execute("INSERT INTO numbers VALUES (7)")
        other.close()
        return before, (await db.execute(text("SELECT count(*) FROM numbers"))).scalar_one()

    assert await database.read(look) == (5, 5)
    assert await database.read(lambda db: db.scalar(text("SELECT count(*) FROM numbers"))) == 6


async def test_a_read_cannot_write(database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(lambda db: db.execute(text("DELETE FROM numbers")))


async def test_what_a_read_raises_reaches_who_asked(database) -> None:
    async def fail(db):
        await db.execute(text("SELECT 1"))
        raise LookupError("nobody")

    with pytest.raises(LookupError, match="nobody"):
        await database.read(fail)
    assert await database.read(lambda db: db.scalar(text("SELECT 1"))) == 1


async def test_a_read_that_waits_for_something_else_is_carried_by_the_loop(database) -> None:
    async def dawdle(db):
        await asyncio.sleep(0)
        return current_thread(), (await db.execute(text("SELECT 2"))).scalar_one()

    assert await database.read(dawdle) == (main_thread(), 2)
