"""What two windows do in one moment happens once, on both engines."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.config import Settings
from server.house import House
from server.visit.checklist import store
from server.visit.checklist.rules import Setting
from server.visit.checklist.tables import VisitAnswer, VisitSigning
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden
from tests.server.conftest import settings_for
from tests.server.visit.checklist.conftest import answer, answer_all, meet_and_part
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
MANY = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


async def count(house: House, table) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table)))


async def test_the_same_answer_sent_by_many_is_one_row(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    answers = await asyncio.gather(*(answer(mara, jo, "alone", word="yes", over="0") for _ in range(MANY)))
    assert {one.status_code for one in answers} == {200}
    assert await count(house, VisitAnswer) == 1


async def test_of_two_different_answers_one_is_kept_and_the_other_is_told(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    answers = await asyncio.gather(*(answer(mara, jo, "alone", word=word, over="0") for word in ("yes", "no")))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert await count(house, VisitAnswer) == 1


async def test_many_signatures_in_one_moment_are_one(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive(country="PT")
    await answer_all(mara, jo)
    await meet_and_part(mara, jo)
    answers = await asyncio.gather(*(mara.post(f"{jo.staff_url}/sign") for _ in range(MANY)))
    assert {one.status_code for one in answers} == {303}
    assert await count(house, VisitSigning) == 1


async def test_of_two_admins_who_change_the_list_one_hears_of_the_other(house: House, linden: Linden) -> None:
    clinic_id, now = linden.clinic.id, house.clock()
    chosen = [Setting(frozenset({key})) for key in ("alone", "safe")]
    kept = await asyncio.gather(
        *(house.db.unit(lambda db, one=one: store.keep_setting(db, clinic_id, one, None, now)) for one in chosen)
    )
    assert sorted(kept) == [False, True]
    newest = await house.db.read(lambda db: store.setting_of(db, clinic_id))
    assert newest is not None
    assert newest.number == 1
