"""Deleting deletes: what stood in a row is in none of SQLite's files afterwards."""

import asyncio
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import app as program
from server.db import Database
from server.house import House

pytestmark = pytest.mark.asyncio


def lies_in(data: Path, words: bytes) -> list[str]:
    """The files in which these bytes stand."""
    return sorted(one.name for one in data.iterdir() if one.is_file() and words in one.read_bytes())


async def written(database: Database) -> bytes:
    """Sealed words in a row among others; long ones, which take pages of their own."""
    words = secrets.token_bytes(9000)

    async def work(db: AsyncSession) -> None:
        await db.execute(text("CREATE TABLE entries (id INTEGER PRIMARY KEY, words BLOB)"))
        for number, one in enumerate((secrets.token_bytes(80), words, words[:80], secrets.token_bytes(80))):
            await db.execute(text("INSERT INTO entries VALUES (:id, :words)"), {"id": number, "words": one})

    await database.unit(work)
    return words[:64]


async def forget(database: Database) -> None:
    await database.unit(lambda db: db.execute(text("DELETE FROM entries WHERE id IN (1, 2)")))


async def test_what_was_deleted_is_in_no_file_once_the_log_is_emptied(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'parlour.db'}")
    words = await written(database)
    with closing(sqlite3.connect(tmp_path / "parlour.db")) as second:
        second.execute("SELECT count(*) FROM entries").fetchall()
        assert await database.empty_log()
        assert lies_in(tmp_path, words) == ["parlour.db"]
        await forget(database)
        assert lies_in(tmp_path, words), "until then it stands in the log, or the file"
        assert await database.empty_log()
        assert lies_in(tmp_path, words) == []
    await database.close()


async def test_a_reader_keeps_the_log_for_as_long_as_it_reads_and_holds_up_no_writer(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'parlour.db'}")
    words = await written(database)
    with closing(sqlite3.connect(tmp_path / "parlour.db", isolation_level=None)) as second:
        second.execute("BEGIN")
        second.execute("SELECT count(*) FROM entries").fetchall()
        await forget(database)
        assert not await database.empty_log()
        await database.unit(lambda db: db.execute(text("INSERT INTO entries VALUES (9, x'00')")))
        second.execute("COMMIT")
        assert await database.empty_log()
        assert lies_in(tmp_path, words) == []
    await database.close()


async def test_the_program_empties_both_logs_by_one_call(house: House) -> None:
    if not house.db.is_sqlite:
        assert await house.db.empty_log(), "another engine keeps no such log"
        return
    words = await written(house.db)
    await forget(house.db)
    await program.empty_logs(house)
    assert lies_in(house.settings.data, words) == []
    assert (house.settings.data / "parlour.db-wal").stat().st_size == 0
    await house.db.close()
    await house.keys.database.close()


async def test_emptying_goes_on_beside_the_requests(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    came = asyncio.Event()

    async def look(_house: object) -> None:
        came.set()

    monkeypatch.setattr(program, "empty_logs", look)
    built = program.build_app(house)
    async with built.router.lifespan_context(built), asyncio.timeout(10):
        await came.wait()
