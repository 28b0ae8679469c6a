"""Where somebody said at the booking that they would be: the therapist sees it, and the door asks again."""

from datetime import timedelta

import pytest

from server.booking.meeting import Meeting
from server.clinic.licences.rules import Place
from server.house import House
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.checklist.conftest import TEXAS, Give
from tests.server.visit.conftest import START, Browsers, Jo, signed_in, with_link

pytestmark = pytest.mark.asyncio


async def jo_from(house: House, linden: Linden, browsers: Browsers, place: Place) -> Jo:
    return await with_link(await booked(house, linden, START, meeting=Meeting("", place)), await browsers())


async def test_the_door_begins_with_the_place_of_the_booking_and_asks_whether_it_is_so(
    house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    jo = await jo_from(house, linden, browsers, Place("US", "US-TX"))
    clock.now = START
    door = (await jo.browser.get(f"{jo.url}/arrive")).text
    assert "When you booked, you said that you would be in Texas, United States." in door
    assert '<option value="US-TX" selected>' in door


async def test_another_place_at_the_door_is_what_counts_and_warns_where_it_has_no_licence(
    house: House, linden: Linden, browsers: Browsers, clock: Clock, licensed: Give
) -> None:
    await licensed("PT")
    jo = await jo_from(house, linden, browsers, Place("PT"))
    clock.now = START - timedelta(minutes=5)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    before = (await mara.get(jo.staff_url)).text
    assert "Portugal" in before
    assert "no licence" not in before.lower()
    await jo.arrive(**TEXAS)
    warned = (await mara.get(jo.staff_url)).text
    assert "Texas" in warned
    assert "licence" in (await mara.get("/staff")).text.lower(), "the day page says so beside who waits"


async def test_who_asked_for_nothing_is_asked_as_ever(jo: Jo, clock: Clock) -> None:
    clock.now = START
    assert "When you booked" not in (await jo.browser.get(f"{jo.url}/arrive")).text
