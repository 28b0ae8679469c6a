"""Rows that the database itself keeps as they are: what is signed, and what is only ever added.

Two records made one are the one exception: what is sealed is sealed anew and names the record that stays, and nothing
else of a row changes. That is allowed for a merge that is written down, and for nothing else.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import DDL, Table, event

WORDS = "what is signed or written down stays as it is"
MERGED = (
    "EXISTS (SELECT 1 FROM patient_merges WHERE (gone_id = OLD.patient_id AND kept_id = NEW.patient_id)"
    " OR (NEW.patient_id = OLD.patient_id AND (gone_id = OLD.patient_id OR kept_id = OLD.patient_id)))"
)
ALWAYS = "1 = 1"
CHANGES = ("UPDATE", "DELETE")


@dataclass(frozen=True)
class Fixed:
    """A table, and when a row of it stays: `when` names the row as `{row}`."""

    table: Table
    when: str = ALWAYS
    verbs: tuple[str, ...] = CHANGES


def every(fixed: Sequence[Fixed], dialect: str, tables: Collection[str]) -> Iterator[str]:
    """The DDL of these tables for this engine, in order; the migration that brings them runs the same."""
    for one in fixed:
        if one.table.name in tables:
            yield from _statements(one, dialect)


def attach(fixed: Sequence[Fixed]) -> None:
    """Run the statements whenever the tables are created from the models."""
    for dialect in ("sqlite", "postgresql"):
        for one in fixed:
            for statement in every(fixed, dialect, [one.table.name]):
                ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
                event.listen(one.table, "after_create", ddl)


def _statements(one: Fixed, dialect: str) -> Iterator[str]:
    for verb in one.verbs:
        stops = one.when.format(row="NEW" if verb == "INSERT" else "OLD")
        if verb == "UPDATE" and "patient_id" in one.table.columns:
            stops += f" AND NOT ({_same(one.table, dialect)} AND {MERGED})"
        name = f"{one.table.name}_{verb.lower()}"
        make = _sqlite if dialect == "sqlite" else _postgresql
        yield from make(name, one.table.name, verb, stops)


def _same(table: Table, dialect: str) -> str:
    """Nothing changes but what a merge changes."""
    kept = [one.name for one in table.columns if one.name != "patient_id" and not one.name.endswith("_sealed")]
    alike = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
    return " AND ".join(f"CAST(NEW.{one} AS TEXT) {alike} CAST(OLD.{one} AS TEXT)" for one in kept)


def _sqlite(name: str, table: str, verb: str, stops: str) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {stops} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"


def _postgresql(name: str, table: str, verb: str, stops: str) -> Iterator[str]:
    back = "OLD" if verb == "DELETE" else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {stops} THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN {back}; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_stays()"
