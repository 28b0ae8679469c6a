"""Reads on SQLite, each in one piece: the whole of `work(db)` runs on a synchronous session.

`work` stays the coroutine it is for every engine. All it awaits is its database, which never
waits for the loop here, so one step carries it from beginning to end. That spares a trip, a
task and a greenlet for every statement: a page that asks five questions pays for one.

A short read is carried out on the spot: a thread would do the same work under the same lock, on
a core that has seen none of it. SQLite counts its steps, and stops a statement that grows long
before anybody notices; the read then begins anew in a thread, away from the loop.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import copy_context
from functools import cached_property
from threading import local
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

THREADS = 3
STEPS = 1000
MOST = 50
"""So many thousand steps of SQLite's machine a read may take on the loop: two or three thousand rows, a few ms."""
TRUSTED = 20
"""What was too long once is done in a thread so many times more before the loop tries it again."""
# As an asynchronous session does it: rows are fetched at once and may be looked at after the session has ended.
AT_ONCE = {"prebuffer_rows": True}
_HERE = local()


class Waited(Exception):
    """The work awaited something else than its database."""


class Plain:
    """The part of an AsyncConnection that a read uses, on a synchronous one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Any, params: Any = None) -> Any:
        return self._connection.execute(statement, params)


class Reading:
    """The part of an AsyncSession that a read uses, on a synchronous connection; a session is made at first use."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def _session(self) -> Session:
        return Session(self._connection, expire_on_commit=False, autoflush=False)

    def close(self) -> None:
        if "_session" in self.__dict__:
            self._session.close()

    async def connection(self) -> Plain:
        return Plain(self._connection)

    async def execute(self, statement: Any, params: Any = None, *, execution_options: Any = None) -> Any:
        return self._session.execute(statement, params, execution_options={**(execution_options or {}), **AT_ONCE})

    async def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        return (await self.execute(statement, params, **options)).scalars()

    async def scalar(self, statement: Any, params: Any = None) -> Any:
        return self._session.scalar(statement, params)

    async def get(self, entity: Any, key: Any, **options: Any) -> Any:
        return self._session.get(entity, key, **options)

    async def get_one(self, entity: Any, key: Any, **options: Any) -> Any:
        return self._session.get_one(entity, key, **options)

    async def stream(self, statement: Any, params: Any = None) -> "Rows":
        return Rows(self._session.execute(statement, params, execution_options={"yield_per": 500}))

    def get_bind(self) -> Any:
        return self._connection


class Rows:
    """A result too large for memory, row by row."""

    def __init__(self, result: Any) -> None:
        self._rows: Iterator[Any] = iter(result)

    def __aiter__(self) -> "Rows":
        return self

    async def __anext__(self) -> Any:
        for row in self._rows:
            return row
        raise StopAsyncIteration


class Budget:
    """What one read may cost on the loop. SQLite asks each `STEPS` steps whether it shall stop.

    Counted here and not by one large number of steps: SQLite counts on from one run of a statement to the next.
    """

    left = MOST

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0

    def watch(self, connection: Any, _record: Any) -> None:
        """Listener for new connections of the engine that reads on the loop."""
        connection.set_progress_handler(self, STEPS)


class Readers:
    """Reads through one of two engines: `at_once` gives up early, what it gives up is done in a few threads."""

    def __init__(self, at_once: Engine, in_threads: Engine) -> None:
        self.engines = [at_once, in_threads]
        self._at_once, self._in_threads = at_once, in_threads
        self._budget = Budget()
        event.listen(at_once, "connect", self._budget.watch)
        self._kept: Connection | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
        self._long: dict[object, int] = {}

    async def run(self, work: Work[T]) -> T:
        """What `work` returns or raises. Raises Waited when it has to be carried by the loop after all."""
        kind = getattr(work, "__code__", None)
        if left := self._long.get(kind, 0):
            self._long[kind] = left - 1
        else:
            self._budget.left = MOST
            try:
                return piece(self._here(), work)
            except OperationalError as problem:
                if getattr(problem.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    raise
            if kind:
                self._long[kind] = TRUSTED
        here = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, here.run, carry, self._in_threads, work)

    def _here(self) -> Connection:
        """The connection of the loop, kept: a trip to the pool and back costs a short read as much as a statement."""
        if self._kept is None or self._kept.closed or self._kept.in_transaction():
            self._kept = self._at_once.connect()
        return self._kept

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        if self._kept:
            self._kept.close()
        for engine in self.engines:
            engine.dispose()


def carry(engine: Engine, work: Work[T]) -> T:
    """What `work` returns or raises, in one snapshot. Raises Waited."""
    with engine.connect() as connection:
        return piece(connection, work)


def piece(connection: Connection, work: Work[T]) -> T:
    """The same on this connection."""
    with working(), connection.begin(), closing(Reading(connection)) as reading:
        return step(work(cast(AsyncSession, reading)))


def step(work: Awaitable[T]) -> T:
    """What `work` returns, or raises, without ever waiting. Raises Waited when it would."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as done:
        return cast(T, done.value)
    getattr(steps, "close", lambda: None)()
    raise Waited


@contextmanager
def working() -> Iterator[None]:
    """In here a piece of work has a connection for itself."""
    _HERE.works = True
    try:
        yield
    finally:
        _HERE.works = False


def must_be_alone() -> None:
    """Called where a transaction begins. Raises Waited inside of another, which then goes on the loop's way."""
    if getattr(_HERE, "works", False):
        raise Waited
