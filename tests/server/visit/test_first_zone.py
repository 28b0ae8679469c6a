"""The script that tells where a visitor is goes to who was not asked yet, and into no frame."""

import pytest

from tests.server.booking.linden import Linden
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
SCRIPT = "first-zone.js"


async def test_it_stands_on_a_first_visit_alone(jo: Jo) -> None:
    page = await jo.page()
    assert page.count(SCRIPT) == 1
    assert page.index(SCRIPT) < page.index('rel="stylesheet"')
    assert SCRIPT not in (await jo.browser.get(f"{jo.url}?tz=Europe/Lisbon")).text
    jo.browser.cookies.set("tz", "Europe/Lisbon")
    assert SCRIPT not in await jo.page()


async def test_who_works_there_sees_the_clock_of_the_clinic_and_a_frame_keeps_nothing(
    jo: Jo, linden: Linden, mara: Browser
) -> None:
    assert SCRIPT not in (await mara.get("/staff")).text
    for path in ("/c/linden", "/c/linden/mara"):
        framed = await jo.browser.get(f"/embed{path}?at=https://linden.example")
        assert SCRIPT not in framed.text
