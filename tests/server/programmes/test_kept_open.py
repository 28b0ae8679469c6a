"""Courses that began before a course kept its patient's record open do so too, once the migrations ran."""

from importlib import import_module
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from server.config import Settings
from server.patients.care import store as care
from server.patients.care.tables import CareKeep
from server.programmes import store

MIGRATION = import_module("server.migrations.versions.0581_courses_that_go_on_keep_a_record_open")


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


@pytest.mark.asyncio
async def test_a_course_that_goes_on_keeps_its_record_open_unless_who_began_it_chose_otherwise(
    house, linden, course, clock
) -> None:
    known = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, UUID(course.base.rpartition("/")[2])))
    patient_id, mara, samir, gone = known.patient_id, linden.mara.staff_id, linden.samir.staff_id, uuid4()

    async def begun_before(db) -> None:
        for by, ended in ((samir, None), (samir, None), (gone, clock())):
            old = vars(known) | {"id": uuid4(), "by_id": by, "ended_at": ended}
            assert await store.begin(db, store.Row(**old))

    async def lets_go(db) -> None:
        await care.keep(db, linden.clinic.id, patient_id, mara, clock(), kept=False)

    async def kept(db) -> dict[UUID, bool]:
        return {one: (await care.between(db, linden.clinic.id, patient_id, one)).kept for one in (mara, samir, gone)}

    clock.forward(minutes=5)
    await house.db.unit(begun_before)
    await house.db.unit(lets_go)
    assert await house.db.read(kept) == {mara: False, samir: False, gone: False}
    for _ in range(2):
        await house.db.run_sync(lambda connection: MIGRATION.keep_open(connection, clock()))
    assert await house.db.read(kept) == {mara: False, samir: True, gone: False}
    rows = await house.db.read(lambda db: db.scalar(select(func.count()).select_from(CareKeep)))
    assert rows == 3, "Mara's two, and once for Samir"
