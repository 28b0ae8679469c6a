"""The past as it is read, on both engines, and what the waiting room and the clinic make of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from server.access import Role
from server.clinic import store as clinics
from server.clinic.rules import Position
from server.config import Settings
from server.house import House
from server.visit import store as visits
from server.visit.estimate.store import met_by
from server.visit.rules import Event, State
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock, settings_for
from tests.server.visit.conftest import START, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
DAYS = 22


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


async def one_day(house: House, linden: Linden, clock: Clock, days: int) -> None:
    """A visit at 14:00 UTC on some weekday before: let in 3 to 8 minutes late, held, and let in again."""
    start = START - timedelta(days=days)
    clock.now = start - timedelta(days=1)
    made = await booked(house, linden, start, name=f"Somebody {days}", mail=f"s{days}@example.org")

    async def work(db):
        visit = await visits.ensure(db, made.card)
        by = visits.By("staff", made.card.therapist_id)
        late = start + timedelta(minutes=3 + days % 6)
        for event, state, at in (
            (Event.ARRIVE, State.WAITING, start - timedelta(minutes=5)),
            (Event.ADMIT, State.IN_SESSION, late),
            (Event.HOLD, State.ON_HOLD, late + timedelta(minutes=9)),
            (Event.ADMIT, State.IN_SESSION, late + timedelta(minutes=11)),
            (Event.END, State.ENDED, late + timedelta(minutes=50)),
        ):
            visit = await visits.move(db, made.card, visit, event, state, by, at)

    await house.db.unit(work)


async def test_a_range_is_learned_from_the_first_admissions_and_shown_with_enough_of_them(
    jo: Jo, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    weekdays = [days for days in range(1, 60) if (START - timedelta(days=days)).weekday() < 5]
    await house.db.unit(lambda db: clinics.change_clinic(db, replace(linden.clinic, position=Position.RANGE)))
    for days in weekdays[: DAYS - 4]:
        await one_day(house, linden, clock, days)
    clock.now = START - timedelta(minutes=5)
    await jo.arrive()
    assert "You are next." in await jo.page()
    for days in weekdays[DAYS - 4 : DAYS]:
        await one_day(house, linden, clock, days)
    clock.now = START - timedelta(minutes=5)
    found = await house.db.read(lambda db: met_by(db, linden.mara.staff_id, clock.now))
    assert len(found) == DAYS
    assert {one.admitted_at - one.starts_at for one in found} == {timedelta(minutes=3 + n) for n in range(6)}
    assert "You are next, most likely between 14:03 and 14:08." in await jo.page()
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    page = (await admin.get("/staff/waits")).text
    assert "waits ended within their range" in page
    assert "0 waits are known" in page, "Samir met nobody"
