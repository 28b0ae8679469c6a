"""Statements are compiled once for all programs of one test process.

Each test has a database and so an engine of its own, and each engine compiles every statement anew: a fifth of what
the tests in one process took. On SQLite, where most tests are, engines are alike but for their file, so what was
compiled for one serves all. The program itself has one engine, and nothing of this.
"""

from typing import Any

import sqlalchemy
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import engine as by_async
from sqlalchemy.util import LRUCache

import server.db

MOST = 3000
_make = sqlalchemy.create_engine


class Shared(LRUCache[Any, Any]):
    """Compiled statements by their own keys, whose first part is a dialect: here only which kind it is."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(_alike(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_alike(key), value)


def _alike(key: Any) -> Any:
    return key if isinstance(key[0], str) else (key[0].driver, *key[1:])


_shared = Shared(MOST)
_memos: dict[str, Any] = {}
"""Driver -> what it makes of each type."""


def create_engine(url: Any, **options: Any) -> Engine:
    """`sqlalchemy.create_engine`, with what was compiled for the engines of SQLite before it."""
    engine = _make(url, **options)
    if engine.dialect.name == "sqlite":
        engine._compiled_cache = _shared
        memos = engine.dialect._type_memos  # type: ignore[attr-defined]
        engine.dialect._type_memos = _memos.setdefault(engine.dialect.driver, memos)  # type: ignore[attr-defined]
    return engine


server.db.create_engine = create_engine  # type: ignore[attr-defined]
by_async._create_engine = create_engine  # type: ignore[attr-defined]
