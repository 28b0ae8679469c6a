"""Overlap made impossible in the database itself; the migration runs the same statements.

Claims of one resource never overlap, so the one that begins last before a new end also ends
last: it alone is compared, however many there are. None is longer than a day, which bounds
the search for those that touch a span.
"""

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import Dialect

from server.booking.tables import Claim

OVERLAPS = "claim overlaps"
TOO_LONG = "claim longer than a day"

_CLASH = """(SELECT other.until_at FROM claims AS other
   WHERE other.resource_id = NEW.resource_id AND other.id <> NEW.id AND other.from_at < NEW.until_at
   ORDER BY other.from_at DESC LIMIT 1) > NEW.from_at"""


def _trigger(name: str, occasion: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {occasion} ON claims BEGIN
  SELECT RAISE(ABORT, '{OVERLAPS}') WHERE {_CLASH};
  SELECT RAISE(ABORT, '{TOO_LONG}') WHERE NEW.until_at - NEW.from_at > 86400000000;
END"""


STATEMENTS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        _trigger("claims_insert_free", "INSERT"),
        _trigger("claims_update_free", "UPDATE OF resource_id, from_at, until_at"),
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE claims ADD CONSTRAINT ex_claims_overlap"
        " EXCLUDE USING gist (resource_id WITH =, tstzrange(from_at, until_at) WITH &&)",
        "ALTER TABLE claims ADD CONSTRAINT ck_claims_longest CHECK (until_at - from_at <= interval '24 hours')",
    ),
}


def statements(dialect: Dialect) -> tuple[str, ...]:
    """What to run once the table stands."""
    return STATEMENTS[dialect.name]


@event.listens_for(Claim.__table__, "after_create")
def _add_constraints(_table: object, connection: Connection, **_options: object) -> None:
    for text in statements(connection.dialect):
        connection.exec_driver_sql(text)
