"""Plain rows: what is left for the end of a unit stands with it, and falls with it."""

import pytest
import pytest_asyncio
from sqlalchemy import Integer, MetaData, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.db import Database
from server.plain import later, put, values_of

pytestmark = pytest.mark.asyncio


class ToyBase(DeclarativeBase):
    metadata = MetaData()


class Number(ToyBase):
    __tablename__ = "numbers_for_later"

    value: Mapped[int] = mapped_column(Integer, primary_key=True)
    twice: Mapped[int] = mapped_column(Integer, default=0)


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(ToyBase.metadata.create_all)
    yield database
    await database.run_sync(ToyBase.metadata.drop_all)
    await database.close()


async def kept(database) -> list[tuple[int, int]]:
    async def work(db):
        return [tuple(row) for row in await db.execute(select(Number.value, Number.twice).order_by(Number.value))]

    return await database.read(work)


async def test_what_is_left_for_later_is_written_at_the_end(database) -> None:
    async def work(db):
        later(db, Number, {"value": 1, "twice": 2})
        later(db, Number, {"value": 2, "twice": 4})
        seen = await db.scalar(select(func.count()).select_from(Number))
        await put(db, Number, values_of(Number(value=3, twice=6)))
        return seen

    assert await database.unit(work) == 0
    assert await kept(database) == [(1, 2), (2, 4), (3, 6)]


async def test_a_unit_that_fails_leaves_none_of_it(database) -> None:
    async def work(db):
        later(db, Number, {"value": 1})
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await database.unit(work)
    assert await kept(database) == []


async def test_what_is_refused_at_the_end_takes_the_whole_unit_with_it(database) -> None:
    async def work(db):
        await put(db, Number, {"value": 1})
        later(db, Number, {"value": 1})

    with pytest.raises(IntegrityError):
        await database.unit(work)
    assert await kept(database) == []
