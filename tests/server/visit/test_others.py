"""Beside one visit its therapist reads that others wait: how many and since when, and no name."""

from datetime import timedelta

import pytest

from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio


async def waiting(house: House, linden: Linden, browsers: Browsers, clock: Clock, minutes: int, therapist=None) -> Jo:
    """Noor, who is here for a time so many minutes after Jo's."""
    at = START + timedelta(minutes=minutes)
    noor = await with_link(await booked_this_morning(house, linden, clock, at, therapist=therapist), await browsers())
    clock.now = at - timedelta(minutes=10)
    await noor.arrive()
    return noor


async def test_a_therapist_in_a_session_reads_that_somebody_else_waits_for_them(
    jo: Jo, mara: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    part = f"{jo.staff_url}/others"
    assert "waits for you" not in (await mara.get(part)).text
    noor = await waiting(house, linden, browsers, clock, 60)
    said = "One more person waits for you, since 15:50."
    assert said in (await mara.get(part)).text
    page = (await mara.get(jo.staff_url)).text
    assert said in page
    assert "Noor" not in page, "the patient may see this screen"
    assert f'data-topic="day:{linden.clinic.id}" data-href="{part}"' in page
    assert "waits for you" not in (await mara.get(f"{noor.staff_url}/others")).text, "Jo is in the session"
    await noor.browser.post(f"{noor.url}/leave")
    assert "waits for you" not in (await mara.get(part)).text


async def test_who_waits_for_a_colleague_is_not_counted_and_a_colleague_reads_nothing(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    assert (await samir.get(f"{jo.staff_url}/others")).status_code == 404
    await waiting(house, linden, browsers, clock, 60, linden.samir.staff_id)
    part = await mara.get(f"{jo.staff_url}/others")
    assert part.status_code == 200
    assert "waits for you" not in part.text


async def test_every_page_of_the_staff_asks_who_waits_and_reads_no_name(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, clock: Clock
) -> None:
    came, own = "/staff/day/came", f'data-waits="{jo.made.card.public_id}"'
    assert f'data-href="{came}"' in (await mara.get("/staff/patients")).text
    for page in ("/staff", jo.staff_url):
        assert came not in (await mara.get(page)).text, "it says so itself"
    assert not (await mara.get(came)).text.strip()
    await jo.arrive()
    for who in (mara, desk):
        said = (await who.get(came)).text
        assert "One person waits" in said
        assert own in said
        assert "Jo" not in said
    assert not (await samir.get(came)).text.strip(), "they wait for somebody else"
    assert "Nobody has opened the clinic" in await jo.page(), "nobody has seen them yet"
    await mara.post(f"{jo.staff_url}/admit")
    assert not (await desk.get(came)).text.strip()
