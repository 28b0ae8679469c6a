"""Back too late, and then the visit goes to a colleague or is opened again: the place is whole, and pages say so."""

import pytest

from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, signed_in, with_link
from tests.server.visit.handover.test_pages import TO_SAMIR
from tests.server.visit.recall.test_pages import BY_MAIL, call, leave

pytestmark = pytest.mark.asyncio
LATE = START.replace(minute=46)
MOVED = "moved down"


async def in_line(house: House, linden: Linden, clock: Clock, browsers: Browsers) -> Jo:
    """Ola, booked with Samir an hour after Jo and here already."""
    made = await booked_this_morning(
        house, linden, clock, START.replace(hour=15), name="Ola Berg", therapist=linden.samir.staff_id
    )
    ola = await with_link(made, await browsers())
    await ola.arrive()
    return ola


async def stays_away(house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock) -> None:
    """Called back at 14:00 with five minutes' time, and not back at 14:46."""
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    clock.now = LATE
    await signed_in(house, mara, linden.mara.staff_id)


async def comes_back(jo: Jo) -> None:
    await jo.browser.post(f"{jo.url}/come-back")
    assert MOVED in await jo.page()


async def test_who_was_late_keeps_the_lost_place_over_a_reload_and_another_device(
    house: House, linden: Linden, jo: Jo, mara: Browser, browsers: Browsers, clock: Clock
) -> None:
    await stays_away(house, linden, jo, mara, clock)
    await comes_back(jo)
    again = await with_link(jo.made, await browsers())
    for browser in (jo, again, jo):
        assert (await browser.page()).count("so it moved down by one.") == 1
    assert f"back at 15:46, after 15:05: {MOVED} by one." in (await mara.get("/staff")).text


@pytest.mark.parametrize("is_back", [True, False], ids=["is back", "still away"])
async def test_with_a_colleague_the_place_is_whole_and_nobody_reads_that_it_moved(
    house: House, linden: Linden, jo: Jo, mara: Browser, samir: Browser, clock: Clock, browsers: Browsers, is_back: bool
) -> None:
    await stays_away(house, linden, jo, mara, clock)
    if is_back:
        await comes_back(jo)
    for page in (await jo.page(), (await mara.get("/staff")).text):
        assert MOVED in page
    await in_line(house, linden, clock, browsers)
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    clock.forward(seconds=1)
    page = await jo.page()
    day = (await (await signed_in(house, samir, linden.samir.staff_id)).get("/staff")).text
    assert MOVED not in page + day
    if is_back:
        assert "Samir Haddad" in page
        waiting = day[day.index('class="waiters"') :]
        assert waiting.index("Jo Almeida") < waiting.index("Ola Berg")


@pytest.mark.parametrize("steps", [("admit", "end"), ("end",)], ids=["after the session", "who never came"])
async def test_a_visit_that_was_ended_and_is_opened_again_begins_with_a_whole_place(
    house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock, steps: tuple[str, ...]
) -> None:
    await stays_away(house, linden, jo, mara, clock)
    if "admit" in steps:
        await comes_back(jo)
    for step in (*steps, "reopen"):
        clock.forward(seconds=1)
        assert (await mara.post(f"{jo.staff_url}/{step}", data={"sure": "yes"})).status_code == 303
    clock.forward(seconds=1)
    page, day = await jo.page(), (await mara.get("/staff")).text
    assert "Jo Almeida" in day
    assert MOVED not in page + day
