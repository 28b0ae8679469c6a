"""A clinic with hours from 9 to 17 in Berlin, which asks the PHQ-9 and the ASQ; somebody at its desk."""

import pytest
import pytest_asyncio

from server.access import Role
from server.accounts.store import join
from server.clinic.opening.store import set_opening_hours
from server.clinic.rules import WeeklyHours
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.measures.asked import use
from tests.server.programmes.conftest import course, phone
from tests.server.visit.conftest import Jo, add_staff

__all__ = ["course", "phone"]


@pytest_asyncio.fixture
async def dana(house: House, linden: Linden):
    """The front desk; Samir and she have joined."""
    staff_id = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    for one in (staff_id, linden.samir.staff_id):
        await house.db.unit(lambda db, one=one: join(db, one, house.clock()))
    return staff_id


@pytest_asyncio.fixture
async def asks(house: House, linden: Linden) -> None:
    await use(house, linden.clinic.id, phq9="visit", asq="visit")
    week = [WeeklyHours(day, 9 * 60, 17 * 60) for day in range(5)]
    await house.db.unit(lambda db: set_opening_hours(db, linden.clinic.id, week))


@pytest.fixture
def tap(jo: Jo, asks):
    async def give(item: str, value: int, number: int = 1):
        fields = {"item": item, "value": str(value), "number": str(number)}
        key = item.split("_")[0]
        answer = await jo.browser.post(
            f"{jo.url}/measures/{key}/answer", data=fields, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200, answer.status_code
        return answer.json()

    return give
