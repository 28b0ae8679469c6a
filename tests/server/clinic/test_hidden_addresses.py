"""A clinic whose installation has a relay may send its calls through it alone."""

import pytest

from server.access import Role
from server.clinic import store
from tests.server.clinic.made import let_in, make_clinic, make_staff
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path / "data", turn_urls="turn:relay.example:3478", turn_secret="s" * 32)


async def test_addresses_are_hidden_where_there_is_a_relay_and_shown_again(client, house) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    for path, hidden in (("relay", True), ("direct", False)):
        answer = await client.post("/staff/clinic/calls", data={"path": path})
        kept = await house.db.read(lambda db: store.clinic_of(db, clinic.id))
        assert (answer.status_code, kept.relay_only) == (303, hidden)
    assert (await client.post("/staff/clinic/calls", data={"path": "somehow"})).status_code == 422
