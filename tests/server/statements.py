"""What a piece of work asks of the databases; what loops ask beside it at the same time is none of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from server.db import Database

_asking: ContextVar[list[str] | None] = ContextVar("asking", default=None)


@contextmanager
def asked_of(*databases: Database) -> Iterator[list[str]]:
    """The statements of whatever runs within the block, in order."""
    asked: list[str] = []

    def heard(*call: Any) -> None:
        if _asking.get() is asked:
            asked.append(call[2])

    engines = [engine for database in databases for engine in database.engines]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", heard)
    token = _asking.set(asked)
    try:
        yield asked
    finally:
        _asking.reset(token)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", heard)
