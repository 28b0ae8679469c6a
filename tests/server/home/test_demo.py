"""The made-up clinic, as somebody who looks around sees it."""

import re
from dataclasses import asdict

import httpx2
import pytest

from server.home import demo
from server.house import House
from server.visit import store as visits
from server.visit.rules import is_away
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio


async def test_its_booking_page_says_the_length_of_a_session_once(client: httpx2.AsyncClient, house: House) -> None:
    links = await demo.seed(house)
    page = (await client.get(links.booking.removeprefix(links.base))).text
    assert "50 minutes, when you have met us" in page
    assert "50 minutes, 50 minutes" not in page


async def test_its_links_open_what_they_promise(client: httpx2.AsyncClient, house: House) -> None:
    links = await demo.seed(house)
    assert list(asdict(links)) == ["base", "admin", "therapist", "patient", "booking"]
    opened = await client.get(links.patient.removeprefix(links.base))
    visit = (await client.get(opened.headers["location"])).text
    assert "Come in when you are ready." in visit
    ways = re.search(r"/visit/[0-9a-f]{20}/arrive", visit)
    assert ways
    assert (await client.get(ways[0])).status_code == 200


async def test_a_folder_with_a_clinic_is_left_alone(client: httpx2.AsyncClient, house: House) -> None:
    await demo.seed(house)
    with pytest.raises(demo.NotEmpty):
        await demo.seed(house)


async def test_who_waits_in_it_is_here_however_long_one_looks_around(
    client: httpx2.AsyncClient, house: House, clock: Clock
) -> None:
    await demo.seed(house)
    waits = await house.db.read(visits.waiting_without_page)
    assert waits

    async def away() -> set[bool]:
        found = [await house.db.read(lambda db, one=one: visits.visit_by_id(db, one)) for one in waits]
        return {is_away(visit, clock.now) for visit in found}

    clock.forward(minutes=20)
    assert await away() == {True}
    await demo.say_they_wait(house)
    assert await away() == {False}
