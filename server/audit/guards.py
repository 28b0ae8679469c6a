"""The database itself refuses to change or delete what the audit holds."""

from sqlalchemy import DDL, event

from server.audit.tables import AuditEntry, AuditSeal

SQLITE = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
"""
TABLES = (AuditEntry.__tablename__, AuditSeal.__tablename__)


def statements(dialect: str) -> list[str]:
    """The DDL for this engine, in order; the migration runs the same."""
    shape = SQLITE if dialect == "sqlite" else POSTGRESQL
    triggers = [shape.format(table=table, verb=verb) for table in TABLES for verb in ("UPDATE", "DELETE")]
    return triggers if dialect == "sqlite" else [POSTGRESQL_FUNCTION, *triggers]


def attach() -> None:
    """Run the statements whenever the tables are created from the models."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect):
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(AuditSeal.__table__, "after_create", ddl)


attach()
