"""Rows are only ever added, one for each word; two who say it at once are one."""

import asyncio

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from server.clinic.confirming import store
from server.clinic.confirming.rules import Outcome
from server.clinic.confirming.tables import ClinicalConfirmation
from tests.server.booking.linden import seed

pytestmark = pytest.mark.asyncio


async def numbers(house) -> list[tuple[int, bool]]:
    asked = select(ClinicalConfirmation.number, ClinicalConfirmation.yes).order_by(ClinicalConfirmation.number)
    return [tuple(row) for row in await house.db.read(lambda db: db.execute(asked))]


async def test_two_at_once_write_one_row_and_another_clinic_none(either_house) -> None:
    house = either_house
    linden = await seed(house)
    clinic_id, now = linden.clinic.id, house.clock()

    async def confirm(by):
        return await house.db.unit(lambda db: store.confirm(db, clinic_id, "calm", "v1", by, now))

    outcomes = await asyncio.gather(confirm(linden.mara.staff_id), confirm(linden.samir.staff_id))
    assert sorted(outcomes) == [Outcome.KEPT, Outcome.SAME]
    assert await numbers(house) == [(1, True)]
    assert await house.db.read(lambda db: store.confirmed(db, clinic_id, "calm", "v1"))
    assert not await house.db.read(lambda db: store.confirmed(db, clinic_id, "calm", "v2"))
    assert not await house.db.read(lambda db: store.confirmed(db, linden.mara.staff_id, "calm", "v1"))


async def test_taken_back_and_said_again_is_three_rows_that_stay_as_they_are(either_house) -> None:
    house = either_house
    linden = await seed(house)
    clinic_id, by, now = linden.clinic.id, linden.mara.staff_id, house.clock()
    for _ in range(2):
        await house.db.unit(lambda db: store.confirm(db, clinic_id, "calm", "v1", by, now))
    for _ in range(2):
        await house.db.unit(lambda db: store.take_back(db, clinic_id, "calm", by, now))
    assert not await house.db.read(lambda db: store.confirmed(db, clinic_id, "calm", "v1"))
    await house.db.unit(lambda db: store.confirm(db, clinic_id, "calm", "v1", by, now))
    assert await numbers(house) == [(1, True), (2, False), (3, True)]
    for change in (update(ClinicalConfirmation).values(yes=True), delete(ClinicalConfirmation)):
        with pytest.raises(DBAPIError, match="stays as it is"):
            await house.db.unit(lambda db, change=change: db.execute(change))


async def test_a_version_stands_until_it_is_taken_back_though_another_one_came(either_house) -> None:
    linden = await seed(either_house)
    clinic_id, by, now = linden.clinic.id, linden.mara.staff_id, either_house.clock()

    async def standing(*topics: str) -> frozenset[tuple[str, str]]:
        return await either_house.db.read(lambda db: store.standing(db, clinic_id, topics))

    for version in ("1", "2"):
        await either_house.db.unit(lambda db, version=version: store.confirm(db, clinic_id, "calm", version, by, now))
    assert await standing("calm", "plan") == {("calm", "1"), ("calm", "2")}
    await either_house.db.unit(lambda db: store.take_back(db, clinic_id, "calm", by, now))
    assert await standing("calm") == {("calm", "1")}, "courses may go by the first one still"
    assert (await standing("plan"), await standing()) == (frozenset(), frozenset())
