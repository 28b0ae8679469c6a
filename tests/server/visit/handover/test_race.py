"""Two people want the same patient in one moment, on both engines: one wins, the other reads why."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking.tables import Appointment, Claim
from server.clinic import store as clinics
from server.config import Settings
from server.house import House
from server.visit.handover.tables import VisitHandover
from server.visit.tables import Visit
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock, settings_for
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
ROUNDS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


async def truth(house: House) -> tuple[str, set, int]:
    """The visit's state, who leads it by visit, appointment and claim, and how often it was handed over."""

    async def work(db):
        visit = (await db.scalars(select(Visit))).one()
        appointment = (await db.scalars(select(Appointment))).one()
        claim = (await db.scalars(select(Claim))).one()
        count = await db.scalar(select(func.count()).select_from(VisitHandover))
        return visit.state, {visit.therapist_id, appointment.therapist_id, claim.resource_id}, count

    return await house.db.read(work)


async def test_one_lets_in_while_a_colleague_takes_over(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    await jo.arrive()
    session = replace(linden.session, team=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, clock.now))
    admitted, taken = await asyncio.gather(mara.post(f"{jo.staff_url}/admit"), samir.post(f"{jo.staff_url}/take"))
    state, leads, handed = await truth(house)
    assert len(leads) == 1, "visit, appointment and claim name the same therapist"
    if leads == {linden.mara.staff_id}:
        assert (state, handed) == ("in_session", 0)
        assert taken.headers["location"] == "/staff?notice=not-waiting"
    else:
        assert (state, handed) == ("waiting", 1)
        assert admitted.status_code == 404 or admitted.headers["location"] == "/staff?notice=handed-on"


async def test_many_clicks_of_two_colleagues_are_one_handover(
    jo: Jo, samir: Browser, desk: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    await jo.arrive()
    session = replace(linden.session, team=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, clock.now))
    sent = [samir.post(f"{jo.staff_url}/take") for _ in range(ROUNDS)]
    sent += [desk.post(f"{jo.staff_url}/hand-over", data={"to": "samir-haddad"}) for _ in range(ROUNDS)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} <= {303, 422}, "422: Samir is no other any more"
    state, leads, handed = await truth(house)
    assert (state, leads, handed) == ("waiting", {linden.samir.staff_id}, 1)


async def test_a_decline_and_an_admission_in_one_moment_are_one_of_them(
    jo: Jo, mara: Browser, desk: Browser, house: House
) -> None:
    await jo.arrive()
    await asyncio.gather(mara.post(f"{jo.staff_url}/admit"), desk.post(f"{jo.staff_url}/decline", data={"words": "no"}))
    state, _, _ = await truth(house)
    visit = await house.db.read(lambda db: db.scalar(select(Visit)))
    assert (state == "in_session") is (visit.declined_at is None)
    assert (state == "in_session") is (visit.admitted_at is not None)
