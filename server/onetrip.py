"""SQLite with one trip to its thread per statement.

aiosqlite runs every call in a thread of its own: making the cursor, executing, fetching and
closing are four trips there and back, and on a busy machine the trips cost more than SQLite.
Here one trip does all four. Rows are small lists in memory either way.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_


class _Trip:
    """A cursor that has no thread's cursor yet: `execute` makes it, reads everything and closes it."""

    description: Any = None
    rowcount = -1
    lastrowid = 0
    arraysize = 1

    def __init__(self, connection: Any) -> None:
        self._connection = connection  # an aiosqlite.Connection, whose queue is not typed
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> "_Trip":
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> "_Trip":
        await self._connection._execute(self._all_at_once, operation, parameters, False)
        return self

    async def executemany(self, operation: str, parameters: Sequence[Any]) -> "_Trip":
        await self._connection._execute(self._all_at_once, operation, parameters, True)
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        return None

    def _all_at_once(self, operation: str, parameters: Any, many: bool) -> None:
        cursor = self._connection._conn.cursor()
        try:
            if many:
                cursor.executemany(operation, parameters)
            else:
                cursor.execute(operation, parameters)
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid or 0
            self._rows = cursor.fetchall() if cursor.description else ()
        finally:
            cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Trip(connection)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor


class OneTrip(AsyncAdapt_aiosqlite_dbapi):
    """`create_async_engine(url, module=OneTrip())`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *args: Any, **options: Any) -> AsyncAdapt_aiosqlite_connection:
        opened: Any = aiosqlite.connect(*args, **options)
        opened._thread.daemon = True
        return _Connection(self, await_(opened))
