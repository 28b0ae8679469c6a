"""The database: engine, base class, column types, and the two ways to talk to it.

`unit(work)` runs `work(db)` in one transaction and once more (three times at most) when
the engine says that the transaction lost a race; so `work` touches nothing but `db`.
`read(work)` runs it on a read-only snapshot, which never waits for a writer.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.plain import write_later
from server.reading import THREADS, Readers, T, Waited, Work, must_be_alone
from server.together import Together
from server.writing import PATIENCE_MS, Writer

ATTEMPTS = 3
KEPT_FOR_WRITERS = 2
LOST_RACES = frozenset({"40001", "40P01", "55P03"})
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of every `tables.py` that holds records."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored in UTC: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return (value - EPOCH) // timedelta(microseconds=1) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=int(value))
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class seconds(FunctionElement[int]):  # noqa: N801 - it reads as a function in a query
    """`seconds(column)`: an Instant as whole seconds since 1970; claims begin and end on those."""

    type = BigInteger()
    inherit_cache = True


@compiles(seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} / 1000000)"


@compiles(seconds, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) AS BIGINT)"


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        url = with_driver(url)
        self.is_sqlite = url.startswith("sqlite")
        self._writer = asyncio.Lock()
        # However many read, a writer finds a connection: in a rush the first look that can be kept is kept at once.
        self._readers = asyncio.Semaphore(max(1, pool_size - KEPT_FOR_WRITERS))
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 20}
        options["hide_parameters"] = True  # an engine's error is logged, and what was being written has no place there
        if not self.is_sqlite:
            options |= {"pool_pre_ping": True, "connect_args": {"server_settings": {"lock_timeout": "3000"}}}
        self.engine = create_async_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _sqlite_connect)
            event.listen(self.engine.sync_engine, "begin", _sqlite_begin)
        snapshot = (
            {"write": False} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._reader = self.engine.execution_options(**snapshot)
        self._pieces = _sqlite_readers(url) if self.is_sqlite else None
        self._pen = Writer(_sqlite_writer(url)) if self.is_sqlite else None
        self.together = Together(self.read)

    async def unit(self, work: Work[T]) -> T:
        """Run `work(db)` in one transaction and commit; again when it lost a race.

        Raises what `work` raises, and the engine's own error after the third loss.
        """
        must_be_alone()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(work)
            except DBAPIError as problem:
                if attempt == ATTEMPTS or not _lost_race(problem):
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05) * attempt)
        raise AssertionError("the loop above returns or raises")

    async def read(self, work: Work[T]) -> T:
        """Run `work(db)` on a read-only snapshot."""
        must_be_alone()
        if self._pieces:
            try:
                return await self._pieces.run(work)
            except Waited:
                pass  # it may run twice, and what it waits for belongs to the loop
        async with (
            self._readers,
            AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as db,
            db.begin(),
        ):
            return await work(db)

    async def _once(self, work: Work[T]) -> T:
        # One writer at a time is SQLite's own rule; queueing here is fair, its busy handler is not.
        if self._pen:
            async with self._writer:
                try:
                    return await self._pen.run(work)
                except Waited:
                    return await self._commit(work)
        return await self._commit(work)

    async def _commit(self, work: Work[T]) -> T:
        async with AsyncSession(self.engine, expire_on_commit=False) as db, db.begin():
            done = await work(db)
            await write_later(db)
            return done

    async def empty_log(self) -> bool:
        """SQLite: put all that was written into the file and empty the log beside it, where what was deleted stands on.

        False while somebody still reads from it: try again.
        """
        if self._pen is None:
            return True
        async with self._writer:
            return await self._pen.empty_log()

    async def run_sync(self, change: Callable[..., T]) -> T:
        """Run a synchronous function on one connection, in a transaction: migrations and tests."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(change)

    def connect(self) -> AsyncConnection:
        return self.engine.connect()

    @property
    def engines(self) -> list[Engine]:
        """The engines beneath, for who listens to statements."""
        pieces = [*self._pieces.engines, self._pen.engine] if self._pieces and self._pen else []
        return [self.engine.sync_engine, *pieces]

    async def close(self) -> None:
        if self._pieces and self._pen:
            await asyncio.to_thread(self._pieces.close)
            await asyncio.to_thread(self._pen.close)
        await self.engine.dispose()


async def added(db: AsyncSession, row: Base) -> bool:
    """Add a row within a unit; False when its like stands already, as another node or window was faster."""
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return False
    return True


def with_driver(url: str) -> str:
    """The address as people write it ('postgres://...'), with the driver that we use."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    return url


def _sqlite_readers(url: str) -> Readers:
    return Readers(_sqlite_reader(url, 1), _sqlite_reader(url, THREADS))


def _sqlite_reader(url: str, connections: int) -> Engine:
    engine = create_engine(url.replace("sqlite+aiosqlite:", "sqlite:"), pool_size=connections, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "connect", _sqlite_refuse_writes)
    event.listen(engine, "begin", _sqlite_look)
    return engine


def _sqlite_writer(url: str) -> Engine:
    engine = create_engine(url.replace("sqlite+aiosqlite:", "sqlite:"), pool_size=1, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_refuse_writes(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON").close()


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: see _sqlite_begin
    cursor = connection.cursor()
    for pragma in (*PRAGMAS, f"busy_timeout={PATIENCE_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_look(connection: Any) -> None:
    # To the driver itself: it is one word, and every page pays for what is around it.
    connection.connection.dbapi_connection.execute("BEGIN").close()


def _sqlite_begin(connection: Any) -> None:
    # A transaction that reads and then writes must own the writer's lock from its first statement:
    # with plain BEGIN the later upgrade fails, or worse, an update is lost without a word.
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _lost_race(problem: DBAPIError) -> bool:
    state = getattr(problem.orig, "sqlstate", None) or getattr(problem.orig, "pgcode", None)
    return state in LOST_RACES or "database is locked" in str(problem.orig)
