"""One link for all patients of a clinic: whoever holds the link of a time is led to it, nobody else."""

from datetime import timedelta

import httpx2
import pytest

from server.booking import desk
from server.booking.store import By
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio
FRONT = "/c/linden/waiting-room"


async def test_it_leads_to_the_time_whose_link_this_browser_holds(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    clock.now = THURSDAY - timedelta(hours=30)
    made = await booked(house, linden)
    jo = await with_link(made, client)
    assert jo.url not in (await client.get(FRONT)).text, "it is not near yet"
    clock.now = THURSDAY - timedelta(hours=1)
    page = (await client.get(FRONT)).text
    assert "Your time is Thursday 12 March" in page
    assert f'href="{jo.url}"' in page
    clock.now = THURSDAY + timedelta(minutes=20)
    assert f'href="{jo.url}"' in (await client.get(FRONT)).text, "it goes on"
    await desk.cancel(house, linden.clinic, made.card, By())
    assert f'href="{jo.url}"' not in (await client.get(FRONT)).text


async def test_of_several_times_the_next_comes_first(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    later = await with_link(await booked(house, linden, THURSDAY + timedelta(hours=4), name="Jo"), client)
    sooner = await with_link(await booked(house, linden, THURSDAY, name="Jo"), client)
    clock.now = THURSDAY - timedelta(hours=2)
    page = (await client.get(FRONT)).text.partition("<main")[2]
    step = next(part for part in page.split("<a ") if "button-next" in part.split(">")[0])
    assert f'href="{sooner.url}"' in step
    assert later.url in page


async def test_without_a_link_it_says_what_to_do(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await booked(house, linden)
    page = (await client.get(FRONT)).text
    assert "your link opens your waiting room" in page
    assert "/visit/" not in page
