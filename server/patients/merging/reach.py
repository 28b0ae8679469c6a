"""What belongs to a patient, found in the shape of the records: a merge must carry all of it.

- A column `x_sealed` of a table from which foreign keys lead to `patients` is sealed with that patient's key, in the
  place that its table, row and name say (`x`). Its rows follow the key by themselves; what is in them is sealed anew.
- A foreign key to `patients` is turned to the record that stays. So is a column of NAMED, which holds a patient's id
  without one.

A test holds the list of sealed columns, so that a new one is seen by somebody who thinks about it.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, FromClause, Select, Table, select

from server.crypto import Place
from server.db import Base

PATIENTS = "patients"
MERGES = "patient_merges"
NAMED = (("letter_drafts", "writer_id"), ("visit_peers", "person_id"))
SEALED = "_sealed"


@dataclass(frozen=True)
class SealedColumn:
    """One sealed column, and the foreign keys from its table to the column that holds the patient's id."""

    column: "Column[bytes]"
    keys: tuple["Column[UUID]", ...]

    @property
    def table(self) -> Table:
        return table_of(self.column)

    @property
    def row_id(self) -> "Column[UUID]":
        (found,) = self.table.primary_key.columns
        return found

    @property
    def owner(self) -> "Column[UUID]":
        """The column that holds the patient's id."""
        return self.keys[-1]

    def place(self, clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
        """Where a value of this column is sealed for."""
        return Place(clinic_id, patient_id, self.table.name, row_id, self.column.name.removesuffix(SEALED))

    def of(self, patient_id: UUID) -> Select[UUID, bytes]:
        """All that is sealed here for this patient: (row, blob)."""
        joined: FromClause = self.table
        for key in self.keys[:-1]:
            joined = joined.join(_target(key), key == next(iter(key.foreign_keys)).column)
        asked = select(self.row_id, self.column).select_from(joined)
        return asked.where(self.owner == patient_id, self.column.is_not(None)).order_by(self.row_id)


def sealed_columns() -> list[SealedColumn]:
    """Every sealed column that belongs to a patient, but for those of the record itself; once for each way to one.

    A row that has several ways is somebody's by one of them: the others are empty in it.
    """
    found: list[SealedColumn] = []
    for table in Base.metadata.sorted_tables:
        sealed = [column for column in table.columns if column.name.endswith(SEALED) and table.name != PATIENTS]
        found += [SealedColumn(column, keys) for column in sealed for keys in _ways(table)]
    return found


def references() -> list["Column[UUID]"]:
    """Every column that holds a patient's id, but for those that tell of merges."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != MERGES]
    found = [column for table in tables for column in table.columns if _leads_to_patients(column)]
    return found + [Base.metadata.tables[table].columns[column] for table, column in NAMED]


def _ways(table: Table) -> "Iterator[tuple[Column[UUID], ...]]":
    """From each foreign key of a table the shortest chain to a patient, if there is one; one that always names the
    patient itself says it all.
    """
    direct = [key for key in _keys(table) if _target(key).name == PATIENTS and not key.nullable]
    for key in direct or _keys(table):
        further = () if _target(key).name == PATIENTS else _way(_target(key))
        if further is not None:
            yield (key, *further)


def _way(table: Table) -> "tuple[Column[UUID], ...] | None":
    """The shortest chain of foreign keys from a table to a patient; None when there is none."""
    todo: deque[tuple[Table, tuple[Column[UUID], ...]]] = deque([(table, ())])
    seen = {table.name}
    while todo:
        here, keys = todo.popleft()
        for key in _keys(here):
            target = _target(key)
            if target.name == PATIENTS:
                return (*keys, key)
            if target.name not in seen:
                seen.add(target.name)
                todo.append((target, (*keys, key)))
    return None


def _keys(table: Table) -> Iterator["Column[UUID]"]:
    return (column for column in table.columns if column.foreign_keys)


def table_of(column: "Column[Any]") -> Table:
    return column.table


def _target(key: "Column[UUID]") -> Table:
    return table_of(next(iter(key.foreign_keys)).column)


def _leads_to_patients(column: "Column[UUID]") -> bool:
    return any(table_of(key.column).name == PATIENTS for key in column.foreign_keys)
