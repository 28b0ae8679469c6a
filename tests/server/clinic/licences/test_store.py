"""Licences in rows and back, on both engines; a row says for ever who put it there and who took it off."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server import schema
from server.accounts.tables import Staff
from server.clinic import store as clinics
from server.clinic.licences import store, tables
from server.clinic.licences.rules import Licence, Place
from server.db import Database
from tests.server.clinic.made import clinic

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
LINDEN = clinic()
MARA, ADA = uuid4(), uuid4()
TEXAS = Licence(uuid4(), Place("US", "US-TX"), "Psychologist", "TX 1", date(2027, 3, 31))
BERLIN = Licence(uuid4(), Place("DE"), "Approbation")


@pytest_asyncio.fixture
async def db(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(schema.metadata.create_all)

    async def work(db) -> None:
        await clinics.add_clinic(db, LINDEN, {}, NOW)
        row = {"clinic_id": LINDEN.id, "name": "Mara", "mail_sealed": b"-", "roles": ["therapist"], "made_at": NOW}
        db.add(Staff(id=MARA, mail_index=MARA.bytes, **row))
        await db.flush()
        for one in (TEXAS, BERLIN):
            await store.add_licence(db, LINDEN.id, MARA, one, ADA, NOW)

    await database.unit(work)
    yield database
    await database.run_sync(schema.metadata.drop_all)
    await database.close()


async def kept(db, clinic_id=LINDEN.id):
    return (await db.read(lambda db: store.licences_of(db, clinic_id, [MARA])))[MARA]


async def test_a_list_comes_back_as_it_was_given_and_belongs_to_its_clinic(db) -> None:
    assert await kept(db) == (BERLIN, TEXAS)
    assert await kept(db, uuid4()) == ()


async def test_many_take_one_off_in_one_moment_and_it_happens_once(db) -> None:
    later = NOW + timedelta(hours=1)
    asked = (LINDEN.id, MARA, TEXAS.id, MARA, later)
    done = await asyncio.gather(*(db.unit(lambda db: store.drop_licence(db, *asked)) for _ in range(6)))
    assert sorted(done) == [False] * 5 + [True]
    assert await kept(db) == (BERLIN,)
    row = await db.read(lambda db: db.scalar(select(tables.Licence).where(tables.Licence.id == TEXAS.id)))
    assert (row.added_by, row.added_at, row.dropped_by, row.dropped_at) == (ADA, NOW, MARA, later)


async def test_nobody_takes_off_what_is_on_somebody_elses_list(db) -> None:
    assert not await db.unit(lambda db: store.drop_licence(db, LINDEN.id, ADA, TEXAS.id, ADA, NOW))
    assert not await db.unit(lambda db: store.drop_licence(db, uuid4(), MARA, TEXAS.id, ADA, NOW))
    assert TEXAS in await kept(db)
