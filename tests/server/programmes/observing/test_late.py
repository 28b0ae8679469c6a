"""A reading that nobody took in time calls people beyond the open screens, until it is there."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server.access import Role
from server.accounts.store import join
from server.home.demo_clinic.observing import add_observed
from server.programmes.observing.late import call_late
from server.programmes.observing.red import OVERDUE
from server.safety.alerts import store as alerts
from server.visit.readings.rules import Name
from tests.server.programmes.observing.test_red import sent
from tests.server.visit.conftest import add_staff, signed_in

SINCE = timedelta(minutes=62)
"""How long the session goes on: its reading of minute 40 is there, that of 70 is late five minutes after."""


@pytest_asyncio.fixture
async def course(house, linden, jo, mara) -> UUID:
    patient_id = jo.made.card.patient_id
    return await add_observed(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock(), SINCE)


@pytest_asyncio.fixture
async def base(course, jo) -> str:
    return f"/staff/patients/{jo.made.card.patient_id}/courses/{course}"


async def of_course(house, course: UUID) -> list:
    return await house.db.read(lambda db: alerts.of_subjects(db, OVERDUE, [course]))


async def climb(house) -> None:
    await call_late(house)
    while await house.alerts.run_due():
        pass


@pytest.mark.asyncio
async def test_a_late_reading_calls_once_and_is_quiet_once_it_is_there(
    house, linden, course, base, mara, browsers, clock
) -> None:
    other = await add_staff(house, linden.clinic.id, Role.THERAPIST)
    await house.db.unit(lambda db: join(db, other, house.clock()))
    clock.forward(minutes=13)
    assert await call_late(house) == 0, "at minute 75 it is not late yet"
    clock.forward(seconds=1)
    await climb(house)
    await climb(house)
    (alert,) = await of_course(house, course)
    assert alert.rungs == {Name.ON_CALL}
    away = await signed_in(house, await browsers(), other)
    page = (await away.get(f"/staff/readings/{alert.id}")).text
    assert "A reading of somebody who is observed is late" in page
    assert "Jo Almeida" not in page
    assert "was not taken in time" in (await away.get("/staff")).text
    assert f"risk-{alert.id}" in (await away.get("/staff/day/came")).text, "and every page sounds"
    assert f"/staff/readings/{alert.id}" in (await mara.get("/staff/observing")).text
    assert (await mara.post(f"{base}/observing/vitals", data=sent(str(uuid4())))).status_code == 303
    (alert,) = await of_course(house, course)
    assert (alert.closed_at, alert.closed_by) == (clock.now, None)
    assert f"risk-{alert.id}" not in (await away.get("/staff/day/came")).text
    assert await call_late(house) == 0


@pytest.mark.asyncio
async def test_who_looks_after_it_is_called_about_the_next_one_only(house, course, mara, clock) -> None:
    clock.forward(minutes=14)
    await climb(house)
    (alert,) = await of_course(house, course)
    assert (await mara.post(f"/staff/readings/{alert.id}/take")).status_code == 303
    await climb(house)
    (alert,) = await of_course(house, course)
    assert alert.closed_by is not None
    clock.forward(minutes=30)
    await climb(house)
    assert len(await of_course(house, course)) == 2, "that of minute 100 is late too"


@pytest.mark.asyncio
async def test_it_calls_on_when_the_time_of_the_next_one_begins_and_not_for_ever(house, course, clock) -> None:
    clock.forward(minutes=14)
    await climb(house)
    clock.forward(minutes=22)
    assert await call_late(house) == 0
    (alert,) = await of_course(house, course)
    assert alert.closed_at is None
    clock.forward(hours=13)
    assert await call_late(house) == 1, "what nobody closed calls nobody for ever"
    (alert,) = await of_course(house, course)
    assert alert.closed_at == clock.now
    assert await call_late(house) == 0


@pytest.mark.asyncio
async def test_two_nodes_make_one_call(house, course, clock) -> None:
    clock.forward(minutes=14)
    assert [await call_late(house) for _ in range(2)] == [1, 0]
    assert len(await of_course(house, course)) == 1
