"""A clinic hides addresses: from the choice on its page to what the page of a call receives; and without a relay."""

from typing import Any

import pytest

from server.access import Role
from server.cli import relayed_alone
from server.config import Settings
from server.doctor import Health, examine
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import settings_for
from tests.server.visit.conftest import Browser, Browsers, Jo, add_staff, signed_in
from tests.server.visit.sockets import greeted

pytestmark = pytest.mark.asyncio
RELAY = "turn:relay.linden.example:3478"


@pytest.fixture
def settings(tmp_path) -> Settings:
    return settings_for(tmp_path / "data", turn_urls=RELAY, turn_secret="s" * 40)


async def choose(house: House, linden: Linden, browsers: Browsers, path: str) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    assert (await admin.post("/staff/clinic/calls", data={"path": path})).status_code == 303


@pytest.mark.parametrize("path", ["relay", "direct"])
async def test_what_the_clinic_chose_is_what_both_pages_of_the_call_are_told(
    sockets: Any, house: House, linden: Linden, jo: Jo, mara: Browser, browsers: Browsers, path: str
) -> None:
    await choose(house, linden, browsers, path)
    await jo.arrive()
    phone, laptop = sockets(), sockets()
    assert "ice" not in await greeted(phone, jo.browser, jo.url), "nothing of the relay before admission"
    await greeted(laptop, mara, jo.staff_url)
    await mara.post(f"{jo.staff_url}/admit")
    for one in (phone, laptop):
        admitted = await one.hear_of("admitted")
        assert admitted["relay_only"] is (path == "relay")
        assert [url for server in admitted["ice"] for url in server["urls"]] == [RELAY]


async def test_the_doctor_says_so_when_the_relay_is_gone(
    house: House, linden: Linden, jo: Jo, browsers: Browsers
) -> None:
    bare = settings_for(house.settings.data)

    async def found() -> Health:
        return (await examine(bare, [], lambda: relayed_alone(bare)))[-1].health

    assert await found() is Health.CARE
    await choose(house, linden, browsers, "relay")
    assert await found() is Health.ILL
