import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import delete

import server.schema
from server.accounts.attempts.rules import Step, marks
from server.accounts.attempts.store import forgive, take_try
from server.accounts.tables import Attempt
from server.db import Database

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MARKS = marks(Step.CODE, b"m" * 16, "10.0.0.1", "")


@pytest_asyncio.fixture
async def database(any_database_url: str) -> AsyncIterator[Database]:
    made = Database(any_database_url.replace("postgresql://", "postgresql+asyncpg://"))
    await made.run_sync(server.schema.metadata.create_all)
    yield made
    await made.unit(lambda db: db.execute(delete(Attempt)))
    await made.close()


async def attempt(database: Database, at: datetime = NOW, which=MARKS) -> timedelta:
    return await database.unit(lambda db: take_try(db, which, at))


async def test_a_hundred_at_once_are_a_hundred(database: Database) -> None:
    heard = await asyncio.gather(*(attempt(database) for _ in range(40)))
    assert sum(not left for left in heard) == 5


async def test_the_right_one_forgets_the_wrong_ones(database: Database) -> None:
    for _ in range(5):
        assert not await attempt(database)
    assert await attempt(database)
    await database.unit(lambda db: forgive(db, MARKS))
    assert not await attempt(database)


async def test_a_day_forgets(database: Database) -> None:
    for _ in range(6):
        await attempt(database)
    assert await attempt(database)
    assert not await attempt(database, NOW + timedelta(days=1, seconds=5))
    assert not await attempt(database, NOW + timedelta(days=1, seconds=5))


async def test_a_try_that_must_wait_does_not_lengthen_the_wait(database: Database) -> None:
    for _ in range(5):
        await attempt(database)
    waits = [await attempt(database) for _ in range(10)]
    assert set(waits) == {timedelta(seconds=2)}
