"""The formats a clinic writes in: which stands ready, and its own."""

import pytest
import pytest_asyncio

from server.access import Role
from server.record.notes import store
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
PATH = "/staff/clinic/notes"


@pytest_asyncio.fixture
async def clinic(client, house):
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def test_a_format_of_ones_own_can_stand_ready_and_be_dropped_again(client, house, clinic) -> None:
    assert "Notes begin as SOAP" in (await client.get(PATH)).text
    added = await client.post(f"{PATH}/own", data={"name": "Sleep", "sections": "Sleep: hours\nPlan"})
    assert added.status_code == 303
    assert (await client.post(PATH, data={"first": "sleep"})).status_code == 303
    assert "Notes begin as Sleep" in (await client.get(PATH)).text
    again = await client.post(f"{PATH}/own", data={"name": "Sleep", "sections": "Other"})
    assert again.status_code == 422
    assert "There is one of this name" in again.text
    assert "Other" in again.text, "what was typed is not lost"
    await client.post(f"{PATH}/drop", data={"format": "sleep"})
    await client.post(f"{PATH}/drop", data={"format": "soap"})
    kept = await house.db.read(lambda db: store.formats_of(db, clinic.id))
    assert [one.key for one in kept.formats] == ["soap", "dap", "birp", "free"], "ours stay"
    assert kept.ready.key == "soap"
