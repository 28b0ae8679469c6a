"""Plain rows in a transaction, without what a session does for objects: for what is asked or written all the time."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

LATER = "rows for the end of the unit"


async def rows(db: AsyncSession, statement: Executable, params: Mapping[str, Any]) -> Sequence[Any]:
    """Plain rows of a statement made once, without what a session does for objects; for what every page asks."""
    return (await (await db.connection()).execute(statement, params)).all()


async def put(db: AsyncSession, table: type[DeclarativeBase], *values: Mapping[str, Any]) -> None:
    """Add plain rows, without what a session does for objects; objects that wait in it are written before.

    Raises sqlalchemy.exc.IntegrityError.
    """
    await db.flush()
    await (await db.connection()).execute(_insert(table), values)


def later(db: AsyncSession, table: type[DeclarativeBase], values: Mapping[str, Any]) -> None:
    """Add a plain row when the unit ends, all of a table in one statement; until then the unit itself does not see it.

    For what a unit leaves behind and never reads: what is to be done later, and the audit.
    """
    db.info.setdefault(LATER, {}).setdefault(table, []).append(values)


async def write_later(db: AsyncSession) -> None:
    """Write what waits for the end of the unit. Raises sqlalchemy.exc.IntegrityError."""
    for table, values in db.info.pop(LATER, {}).items():
        await put(db, table, *values)


def values_of(row: DeclarativeBase) -> dict[str, Any]:
    """The values that an object of no session was made with, by the names of their columns."""
    return {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}


@cache
def _insert(table: type[DeclarativeBase]) -> Insert:
    return insert(table.__table__)  # type: ignore[arg-type]
