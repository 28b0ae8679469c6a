"""Whatever gives a clinic more time than before lets who waits for a time hear of it."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.access import Role
from server.outbox import OutboxRow
from tests.server.clinic.made import let_in, make_clinic, make_staff, make_therapist

pytestmark = pytest.mark.asyncio
ROOMS = "/staff/clinic/resources"
SERVICE = {"name": "A talk", "about": "", "minutes": "50", "before": "0", "after": "10", "public": "yes", "seats": "1"}
LICENCE = {"country": "US", "region": "US-TX", "kind": "Psychologist", "number": "TX 4411", "expires": "2026-03-31"}


@pytest_asyncio.fixture
async def clinic(client, house):
    made = await make_clinic(house)
    await make_therapist(house, made, "Mara")
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def heard(house) -> int:
    asked = select(func.count()).where(OutboxRow.topic == "clinic.time_freed")
    return await house.db.read(lambda db: db.scalar(asked)) or 0


async def test_a_room_that_is_new_used_again_or_open_again(client, house, clinic) -> None:
    await client.post(ROOMS, data={"word": "Room", "name": "Room 1"})
    assert await heard(house) == 1
    own = re.findall(rf'href="({ROOMS}/[0-9a-f-]{{36}})"', (await client.get(ROOMS)).text)[0]
    await client.post(own, data={"name": "Room 1"})
    assert await heard(house) == 2
    await client.post(f"{own}/close", data={"from_day": "2026-03-12", "until_day": "2026-03-13"})
    assert await heard(house) == 2
    await client.post(re.findall(r'action="([^"]+/drop)"', (await client.get(own)).text)[0])
    assert await heard(house) == 3


@pytest.mark.parametrize(
    ("path", "sent"), [("/staff/clinic/services/new", SERVICE), ("/staff/clinic/licences/mara", LICENCE)]
)
async def test_a_service_or_a_licence_more(client, house, clinic, path: str, sent: dict[str, str]) -> None:
    assert (await client.post(path, data=sent)).status_code == 303
    assert await heard(house) == 1
