"""Rows as one value of another row, on both engines."""

from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, insert, select

from server.db import Database
from server.nested import Nested
from server.plain import rows

KEPT = MetaData()
SHELVES = Table("shelves", KEPT, Column("id", Integer, primary_key=True))
BOOKS = Table("books", KEPT, Column("id", Uuid, primary_key=True), Column("shelf", Integer), Column("title", String))
NESTED = Nested((BOOKS.c.id, BOOKS.c.title))
ASKED = select(SHELVES.c.id, NESTED.value(BOOKS.c.shelf == SHELVES.c.id)).order_by(SHELVES.c.id)


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(KEPT.drop_all)
    await database.run_sync(KEPT.create_all)
    yield database
    await database.run_sync(KEPT.drop_all)
    await database.close()


@pytest.mark.asyncio
async def test_rows_come_back_with_their_ids_and_every_letter(database) -> None:
    ids, titles = [uuid4(), uuid4()], ['A "quoted", \\ title', "ليلى\n"]

    async def write(db):
        await db.execute(insert(SHELVES), [{"id": 1}, {"id": 2}])
        books = [{"id": one, "shelf": 1, "title": title} for one, title in zip(ids, titles, strict=True)]
        await db.execute(insert(BOOKS), books)

    await database.unit(write)
    full, empty = await database.read(lambda db: rows(db, ASKED, {}))
    found = list(NESTED.rows(full[1]))
    assert sorted(map(tuple, found)) == sorted(zip(ids, titles, strict=True))
    assert all(isinstance(one, UUID) for one, _ in found)
    assert list(NESTED.rows(empty[1])) == []
