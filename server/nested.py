"""Rows as one value of another row: what belongs to one thing comes in one statement, not in one for each kind.

Every statement costs the same once more, on its way through the driver; a page that asks for a
clinic, its services, its people and their hours pays that four times when it asks four times.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, ScalarSelect, Text, Uuid, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class listed(FunctionElement[str]):  # noqa: N801 - it reads as a function in a query
    """`listed(column, ...)`: all rows as one JSON text of lists, in no order."""

    type = Text()
    inherit_cache = True


@compiles(listed, "sqlite")
def _sqlite_listed(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(listed, "postgresql")
def _postgresql_listed(element: Any, compiler: Any, **options: Any) -> str:
    row = f"json_build_array({compiler.process(element.clauses, **options)})"
    return f"CAST(coalesce(json_agg({row}), '[]') AS TEXT)"


class Nested(NamedTuple):
    """The columns of nested rows: `value` belongs into the outer statement, `rows` reads what came of it.

    Columns of numbers, text and ids only; ids come back as UUID, anything else as JSON has it.
    """

    columns: tuple[ColumnElement[Any], ...]

    def value(self, *where: ColumnElement[bool]) -> ScalarSelect[str]:
        return select(listed(*self.columns)).where(*where).scalar_subquery()

    def rows(self, kept: str) -> Iterable[list[Any]]:
        ids = [place for place, column in enumerate(self.columns) if isinstance(column.type, Uuid)]
        found: list[list[Any]] = msgspec.json.decode(kept)
        return self._with_ids(found, ids) if ids else found

    def _with_ids(self, found: Iterable[list[Any]], ids: Sequence[int]) -> Iterator[list[Any]]:
        for row in found:
            for place in ids:
                row[place] = _id_of(row[place])
            yield row


@lru_cache(maxsize=4096)
def _id_of(text: str | None) -> UUID | None:
    """One id stands in many rows and on many pages, and reading it takes a moment."""
    return None if text is None else UUID(text)
