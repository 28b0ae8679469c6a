"""Units on SQLite, each in one piece: the whole of `work(db)` runs in the writer's own thread.

SQLite has one writer at a time, so one thread is as many as it can use. One step carries a unit from BEGIN to COMMIT,
as `server.reading` carries reads: a trip to a thread for each statement cost more than what SQLite does there.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from contextvars import copy_context
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from server.plain import write_later
from server.reading import Reading, T, Work, step, working

PATIENCE_MS = 5000
"""How long a statement waits for the lock of another process."""
EMPTYING_MS = 50
"""How long emptying the log waits for who reads; nobody writes meanwhile."""


class Writing(Reading):
    """The part of an AsyncSession that a unit uses, on a synchronous connection."""

    @cached_property
    def info(self) -> dict[Any, Any]:
        """Whatever a unit keeps beside its session."""
        return {}

    @cached_property
    def _session(self) -> Session:
        return Session(self._connection, expire_on_commit=False)

    def add(self, row: Any) -> None:
        self._session.add(row)

    def add_all(self, rows: Iterable[Any]) -> None:
        self._session.add_all(rows)

    async def flush(self) -> None:
        """Write what waits, if there is a session that it could wait in."""
        if "_session" in self.__dict__:
            self._session.flush()

    async def delete(self, row: Any) -> None:
        self._session.delete(row)

    def forget(self) -> None:
        """What was added is new again, so that the same objects may be written by another try."""
        if "_session" in self.__dict__:
            self._session.rollback()

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        with self._session.begin_nested():
            yield


async def _whole(work: Work[T], writing: Writing) -> T:
    try:
        done = await work(cast(AsyncSession, writing))
        await write_later(cast(AsyncSession, writing))
        await writing.flush()
    except BaseException:
        writing.forget()
        raise
    return done


class Writer:
    """The thread that writes, on an engine with one connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def run(self, work: Work[T]) -> T:
        """What `work` returns once it is committed, or what it raises. Raises Waited when nothing was done, since
        `work` has to be carried by the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, self._carry, work)

    def _carry(self, work: Work[T]) -> T:
        with (
            working(),
            self.engine.connect() as connection,
            connection.begin(),
            closing(Writing(connection)) as writing,
        ):
            return step(_whole(work, writing))

    async def empty_log(self) -> bool:
        """Whether the log could be emptied; False while somebody reads or writes elsewhere."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._empty_log)

    def _empty_log(self) -> bool:
        with closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA busy_timeout={EMPTYING_MS}")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                answer = cursor.fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        return answer is not None and not answer[0]

    def close(self) -> None:
        self._thread.shutdown(wait=True)
        self.engine.dispose()
