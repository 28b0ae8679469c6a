"""Bringing a database to the shape this program wants, at start, one node at a time."""

import asyncio
from contextlib import nullcontext
from functools import cache
from importlib.resources import files
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from server.db import Database

_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
MIGRATION_LOCK = 0x5061726D  # any constant that nobody else uses


def settings() -> Config:
    """Alembic's settings without a file: the folder of the package."""
    config = Config()
    config.set_main_option("script_location", str(files("server") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


@cache
def newest() -> str | None:
    """The revision that this program wants; reading all of them takes a tenth of a second."""
    return ScriptDirectory.from_config(settings()).get_current_head()


async def upgrade(database: Database) -> None:
    """Run what is missing. On PostgreSQL under a lock, so that two nodes may start at once.

    SQLite has no such lock: whoever waits for its writer gives up after some seconds, and all migrations together may
    take longer. Within one process, which is all that SQLite is for, they go one after the other.
    """
    async with _turn() if database.is_sqlite else nullcontext():
        await database.run_sync(_upgrade)


def _turn() -> asyncio.Lock:
    return _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def make(database: Database, metadata: MetaData) -> None:
    """Make the tables of a small database that has no migrations yet, two nodes at once included."""

    def create(connection: Connection) -> None:
        _queue(connection)
        metadata.create_all(connection)

    await database.run_sync(create)


def _queue(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # the first one takes as long as it takes
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def _upgrade(connection: Connection) -> None:
    _queue(connection)
    if MigrationContext.configure(connection).get_current_revision() == newest():
        return
    config = settings()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def current(database: Database) -> str | None:
    """The revision that the database is at; None before the first."""
    return await database.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())
