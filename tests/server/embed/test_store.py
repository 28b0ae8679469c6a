"""Listed origins in rows and back, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from server import schema
from server.clinic.store import add_clinic
from server.db import Database
from server.embed import store
from tests.server.clinic.made import clinic

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
LINDEN, OAK = clinic(), clinic(slug="oak")


@pytest_asyncio.fixture
async def db(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(schema.metadata.create_all)
    for one in (LINDEN, OAK):
        await database.unit(lambda db, one=one: add_clinic(db, one, {}, NOW))
    yield database
    await database.run_sync(schema.metadata.drop_all)
    await database.close()


async def test_an_origin_is_listed_once_for_each_clinic(db) -> None:
    for one, new in ((LINDEN, True), (LINDEN, False), (OAK, True)):
        added = await db.unit(lambda db, one=one: store.add_origin(db, one.id, "https://a.example", None, NOW))
        assert added is new
    (listed,) = await db.read(lambda db: store.origins(db, LINDEN.id))
    assert (listed.origin, listed.added_at) == ("https://a.example", NOW)


async def test_one_is_taken_away_by_its_own_clinic_alone(db) -> None:
    await db.unit(lambda db: store.add_origin(db, LINDEN.id, "https://a.example", None, NOW))
    (listed,) = await db.read(lambda db: store.origins(db, LINDEN.id))
    assert await db.unit(lambda db: store.drop_origin(db, OAK.id, listed.id)) is None
    assert await db.unit(lambda db: store.drop_origin(db, LINDEN.id, uuid4())) is None
    assert await db.unit(lambda db: store.drop_origin(db, LINDEN.id, listed.id)) == "https://a.example"
    assert await db.read(lambda db: store.origins(db, LINDEN.id)) == []
