"""Turns and tried calls on both engines: in order, once, whoever presses in the same moment."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.config import Settings
from server.house import House
from server.visit.medium.rules import Medium, NumberKind, Reached
from server.visit.medium.store import tries_of, turn_of
from server.visit.medium.tables import PhoneTry, VisitMedium
from server.visit.store import visit_of
from tests.engines.postgres import NewDatabase
from tests.server.conftest import Clock, settings_for
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


async def test_both_choose_in_one_moment_and_both_read_the_same(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    pressed = [("sound", jo.browser, jo.url), ("text", mara, jo.staff_url), ("phone", jo.browser, jo.url)] * 3
    answers = await asyncio.gather(
        *(browser.post(f"{url}/medium", data={"medium": medium}, headers=JSON) for medium, browser, url in pressed)
    )
    assert {answer.status_code for answer in answers} == {200}
    rows = list(await house.db.read(lambda db: db.scalars(select(VisitMedium).order_by(VisitMedium.number))))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert all(one.medium != two.medium for one, two in pairwise(rows)), "each is a change"
    assert {(row.medium, row.by_kind) for row in rows} >= {("text", "staff")}
    visit = await house.db.read(lambda db: visit_of(db, jo.made.card.id))
    assert visit
    turn = await house.db.read(lambda db: turn_of(db, visit.id))
    assert (turn.number, turn.medium) == (len(rows), Medium(rows[-1].medium))


async def test_the_same_press_sent_twice_is_one_call(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    await jo.arrive()
    noted = {"number": "today", "outcome": "no_answer", "once": "0"}
    answers = await asyncio.gather(
        *(mara.post(f"{jo.staff_url}/phone-tries", data=noted, headers=JSON) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} == {204}
    clock.forward(minutes=1)
    await mara.post(f"{jo.staff_url}/phone-tries", data={**noted, "outcome": "reached", "once": "1"}, headers=JSON)
    [visit_id] = set(await house.db.read(lambda db: db.scalars(select(PhoneTry.visit_id))))
    found = await house.db.read(lambda db: tries_of(db, visit_id))
    assert [(one.by, one.number, one.outcome) for one in found] == [
        ("Mara Lind", NumberKind.TODAY, Reached.NO_ANSWER),
        ("Mara Lind", NumberKind.TODAY, Reached.REACHED),
    ]
