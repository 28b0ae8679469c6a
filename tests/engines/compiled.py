"""Statements are compiled once for all programs of one test process.

Each test has a database and so an engine of its own, and each engine compiles every statement anew: a fifth of what
the tests in one process took. On SQLite, where most tests are, engines are alike but for their file, so they share a
dialect and what was compiled for it. The program itself has one engine, and nothing of this.
"""

from typing import Any

import sqlalchemy
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.ext.asyncio import engine as by_async
from sqlalchemy.util import LRUCache

import server.db

MOST = 3000
_make = sqlalchemy.create_engine
_shared: dict[tuple[str, str], tuple[Dialect, "LRUCache[Any, Any]"]] = {}


def alike(url: Any, **options: Any) -> Engine:
    """`sqlalchemy.create_engine`, sharing with the engines of SQLite that were made before it by the same driver."""
    engine = _make(url, **options)
    if engine.dialect.name == "sqlite" and "isolation_level" not in options:
        kind = (engine.dialect.name, engine.dialect.driver)
        engine.dialect, engine._compiled_cache = _shared.setdefault(kind, (engine.dialect, LRUCache(MOST)))
    return engine


server.db.create_engine = alike  # type: ignore[attr-defined]
by_async._create_engine = alike  # type: ignore[attr-defined]
