"""The migrations bring an empty database to exactly what the tables say, on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, text

from server import migrating
from server.booking.tables import Claim
from server.db import Database
from server.schema import metadata

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    if not database.is_sqlite:
        await database.run_sync(lambda connection: connection.execute(text("DROP SCHEMA public CASCADE")))
        await database.run_sync(lambda connection: connection.execute(text("CREATE SCHEMA public")))
    yield database
    await database.close()


@pytest.mark.asyncio
async def test_models_and_head_are_the_same(database) -> None:
    await migrating.upgrade(database)
    assert await migrating.current(database) == migrating.newest()

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert await database.run_sync(differences) == []


@pytest.mark.asyncio
async def test_running_it_again_changes_nothing(database) -> None:
    await migrating.upgrade(database)
    await migrating.upgrade(database)
    assert await migrating.current(database) == migrating.newest()


@pytest.mark.asyncio
async def test_two_nodes_may_start_at_once(any_database_url, database) -> None:
    other = Database(any_database_url)
    await asyncio.gather(migrating.upgrade(database), migrating.upgrade(other))
    assert await migrating.current(other) == migrating.newest()
    await other.close()


@pytest.mark.asyncio
async def test_the_migrated_database_refuses_an_overlapping_claim(database) -> None:
    await migrating.upgrade(database)
    resource = uuid4()

    def claim(start: datetime):
        values = {"id": uuid4(), "clinic_id": uuid4(), "resource_id": resource, "appointment_id": None}
        return insert(Claim).values(**values, from_at=start, until_at=start + timedelta(hours=1), expires_at=None)

    async def work(db):
        if database.is_sqlite:
            await db.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            await db.execute(text("ALTER TABLE claims DROP CONSTRAINT fk_claims_clinic_id_clinics"))
        await db.execute(claim(NOW))
        await db.execute(claim(NOW + timedelta(hours=1)))
        await db.execute(claim(NOW + timedelta(minutes=30)))

    with pytest.raises(Exception, match="overlap"):
        await database.unit(work)


@pytest.mark.asyncio
async def test_the_migrated_database_refuses_to_change_the_audit(database) -> None:
    await migrating.upgrade(database)
    values = "(id, clinic_id, at, actor_kind, action, subject_kind, detail)"
    at = "0" if database.is_sqlite else "now()"

    async def work(db):
        row = f"'{uuid4().hex}', '{uuid4().hex}', {at}, 'system', 'test', 'clinic', '{{}}'"
        await db.execute(text(f"INSERT INTO audit_entries {values} VALUES ({row})"))
        await db.execute(text("DELETE FROM audit_entries"))

    with pytest.raises(Exception, match="append-only"):
        await database.unit(work)


@pytest.mark.asyncio
async def test_a_clinic_that_others_point_at_lives_through_an_upgrade(tmp_path) -> None:
    """SQLite drops a table to write it anew, and refuses as soon as there is a row that points at it."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/old.db")
    await database.run_sync(lambda connection: upgraded_to(connection, "0056"))
    await database.run_sync(with_a_clinic)
    await migrating.upgrade(database)
    left = await database.run_sync(lambda connection: connection.execute(text("SELECT name FROM clinics")).all())
    assert left == [("x",)]
    await database.close()


def upgraded_to(connection, revision: str) -> None:
    config = migrating.settings()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def with_a_clinic(connection) -> None:
    """A clinic and a public holiday's worth of time off in it, with something in every column that needs it."""
    for name in ("clinics", "leave"):
        needed = [row for row in connection.execute(text(f"PRAGMA table_info({name})")) if row.notnull]
        values = {row.name: "x" if "CHAR" in row.type or "TEXT" in row.type else 0 for row in needed}
        values |= {key: "0" * 32 for key in ("id", "clinic_id") if key in values}
        values |= {"palette": "{}"} if name == "clinics" else {}
        columns = ", ".join(values)
        holders = ", ".join(f":{key}" for key in values)
        connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({holders})"), values)
