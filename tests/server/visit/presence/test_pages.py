"""What those who wait read of their therapist, and who may change it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.audit.tables import AuditEntry
from server.house import House
from server.visit.presence.tables import TherapistAbsence
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio


async def absences(house: House) -> list[TherapistAbsence]:
    return list(await house.db.read(lambda db: db.scalars(select(TherapistAbsence))))


async def test_the_page_says_with_its_age_that_the_therapist_is_here(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    assert "There is no sign of Mara yet." in await jo.page()
    await mara.get("/staff/day/waiting")
    clock.forward(seconds=4)
    page = await jo.page()
    assert "Mara is here; the last sign came" in page
    assert "4 seconds ago" in page
    clock.forward(minutes=2)
    assert "The last sign of Mara was at 13:50." in await jo.page()


async def test_a_page_that_nobody_looks_at_is_no_sign(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    await mara.get("/staff/day/waiting?hidden=1")
    assert "There is no sign of Mara yet." in await jo.page()


async def test_stepping_away_is_said_once_and_taken_back_once(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    for _ in range(2):
        assert (await mara.post("/staff/presence", data={"state": "away"})).status_code == 303
    assert "Mara stepped away at 13:50." in await jo.page()
    assert "I am back" in (await mara.get("/staff")).text
    for _ in range(2):
        await mara.post("/staff/presence", data={"state": "here"})
    (row,) = await absences(house)
    assert row.back_by == row.by_id == row.staff_id
    noted = select(func.count()).where(AuditEntry.action.in_(["therapist.away", "therapist.here"]))
    assert await house.db.read(lambda db: db.scalar(noted)) == 2


async def test_with_someone_is_all_that_others_read_of_a_session(
    jo: Jo, mara: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    made = await booked_this_morning(house, linden, clock, START + timedelta(hours=1))
    noor = await with_link(made, await browsers())
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    clock.now = START + timedelta(minutes=46)
    await noor.arrive()
    page = await noor.page()
    assert "Mara is with someone now." in page
    assert "Jo" not in page


async def test_letting_somebody_in_ends_an_absence(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await mara.post("/staff/presence", data={"state": "away"})
    await mara.post(f"{jo.staff_url}/admit")
    (row,) = await absences(house)
    assert row.back_at is not None


async def test_only_a_therapist_speaks_for_themselves(desk: Browser, mara: Browser, house: House) -> None:
    assert (await desk.post("/staff/presence", data={"state": "away"})).status_code == 403
    assert (await mara.post("/staff/presence", data={"state": "asleep"})).status_code == 422
    assert await absences(house) == []
