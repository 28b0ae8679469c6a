"""The database itself keeps a signed note, its sections and its addenda as they are, and every entry of care.

Two records made one are the one exception: what is sealed is sealed anew and names the record that stays, and nothing
else of the row changes. The digest of a signed note does not change with it, so that another text would be seen.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import DDL, Table, event

from server.db import Base
from server.record.care.tables import CareEntry
from server.record.notes.tables import RecordAddendum, RecordNote, RecordPart

WORDS = "what is signed or written down stays as it is"
MERGED = (
    "EXISTS (SELECT 1 FROM patient_merges WHERE (gone_id = OLD.patient_id AND kept_id = NEW.patient_id)"
    " OR (NEW.patient_id = OLD.patient_id AND (gone_id = OLD.patient_id OR kept_id = OLD.patient_id)))"
)
OF_NOTE = "EXISTS (SELECT 1 FROM record_notes WHERE id = {row}.note_id AND signed_at IS NOT NULL)"
ALWAYS = "1 = 1"
FIXED: tuple[tuple[type[Base], str, tuple[str, ...]], ...] = (
    (RecordNote, "{row}.signed_at IS NOT NULL", ("UPDATE", "DELETE")),
    (RecordPart, OF_NOTE, ("INSERT", "UPDATE", "DELETE")),
    (RecordAddendum, ALWAYS, ("UPDATE", "DELETE")),
    (CareEntry, ALWAYS, ("UPDATE", "DELETE")),
)


def statements(table: Table, fixed: str, verbs: tuple[str, ...], dialect: str) -> Iterator[str]:
    """The DDL of one table for this engine, in order."""
    for verb in verbs:
        stops = fixed.format(row="NEW" if verb == "INSERT" else "OLD")
        if verb == "UPDATE":
            stops += f" AND NOT ({_same(table, dialect)} AND {MERGED})"
        name = f"{table.name}_{verb.lower()}"
        yield from (
            _sqlite(name, table.name, verb, stops)
            if dialect == "sqlite"
            else _postgresql(name, table.name, verb, stops)
        )


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


def every(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """All of it for these tables; the migration that brings them runs the same."""
    for model, fixed, verbs in FIXED:
        table = Base.metadata.tables[model.__tablename__]
        if table.name in tables:
            yield from statements(table, fixed, verbs, dialect)


def attach() -> None:
    """Run the statements whenever the tables are created from the models."""
    for dialect in ("sqlite", "postgresql"):
        for model, _, _ in FIXED:
            table = Base.metadata.tables[model.__tablename__]
            for statement in every(dialect, [table.name]):
                ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
                event.listen(table, "after_create", ddl)


attach()
