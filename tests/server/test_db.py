"""Transactions: nothing is lost when many write at once, and readers never wait."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
import pytest_asyncio
from sqlalchemy import Integer, MetaData, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.db import Database, Instant


class ToyBase(DeclarativeBase):
    metadata = MetaData()


class Counter(ToyBase):
    __tablename__ = "counters"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)


NOW = datetime(2026, 3, 12, 9, 0, 0, 123456, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(ToyBase.metadata.drop_all)
    await database.run_sync(ToyBase.metadata.create_all)
    yield database
    await database.run_sync(ToyBase.metadata.drop_all)
    await database.close()


@pytest.mark.asyncio
async def test_no_update_is_lost_when_many_read_and_then_write(database) -> None:
    async def begin(db):
        db.add(Counter(id=1, value=0, at=NOW))

    async def add_one(db):
        row = await db.get(Counter, 1, with_for_update=True)
        await asyncio.sleep(0)
        row.value += 1

    await database.unit(begin)
    await asyncio.gather(*(database.unit(add_one) for _ in range(40)))
    assert (await database.read(lambda db: db.get(Counter, 1))).value == 40


@pytest.mark.asyncio
async def test_a_unit_that_raises_leaves_nothing(database) -> None:
    async def fail(db):
        db.add(Counter(id=1, value=1, at=NOW))
        await db.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.unit(fail)
    assert await database.read(lambda db: db.get(Counter, 1)) is None


@pytest.mark.asyncio
async def test_a_reader_does_not_wait_for_a_writer(database) -> None:
    async with database.engine.begin() as writer:
        await writer.execute(insert(Counter).values(id=1, value=1, at=NOW))
        assert await asyncio.wait_for(database.read(lambda db: db.get(Counter, 1)), 10) is None
    assert await database.read(lambda db: db.get(Counter, 1))


@pytest.mark.asyncio
async def test_moments_come_back_aware_and_to_the_microsecond(database) -> None:
    lisbon_summer = NOW.astimezone(timezone(timedelta(hours=1)))

    async def write(db):
        db.add(Counter(id=1, value=1, at=lisbon_summer))

    await database.unit(write)
    back = (await database.read(lambda db: db.get(Counter, 1))).at
    assert back == NOW
    assert back.utcoffset() == timedelta()


@pytest.mark.asyncio
async def test_a_moment_without_a_zone_is_refused(database) -> None:
    async def write(db):
        db.add(Counter(id=1, value=1, at=NOW.replace(tzinfo=None)))

    with pytest.raises(Exception, match="without a zone"):
        await database.unit(write)


@pytest.mark.asyncio
async def test_sqlite_keeps_what_it_acknowledged_through_power_loss(tmp_path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/toy.db")

    async def pragmas(db):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [await db.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await database.unit(pragmas) == ["wal", 2, 1, 5000]
    await database.close()


@pytest.mark.asyncio
async def test_c12_an_error_of_the_engine_does_not_tell_what_was_written(database) -> None:
    async def write(db):
        await db.execute(text("INSERT INTO counters (id, nothing) VALUES (1, :value)"), {"value": "a-secret-word"})

    with pytest.raises(DBAPIError) as found:
        await database.unit(write)
    assert "counters" in str(found.value)
    assert "a-secret-word" not in str(found.value)
