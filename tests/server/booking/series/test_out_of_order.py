"""A series of which one was moved by itself: its list goes by time, days with two of it are said, and what is booked
next comes after all of them."""

import html
import re
from datetime import date, timedelta

import httpx2
import pytest

from server.booking import desk as single
from server.booking.hours import floor
from server.booking.rules import Wish
from server.booking.series.desk import Made
from server.booking.week import value_of
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.booking.series.test_desk import BERLIN, made, weekly
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio
TWIN = "Another of these times lies on the same day."


async def first_moved(house: House, linden: Linden, days: int, hours: int = 0) -> Made:
    """Three Mondays at nine; the first then goes to so much later."""
    series = await made(house, linden, weekly(linden, 3))
    first = series.cards[0]
    to = Wish(first.starts_at + timedelta(days=days, hours=hours), first.therapist_id)
    assert await single.move(house, linden.clinic, first, to, single.By()) is None
    return series


async def test_the_list_goes_by_time_and_says_the_number(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await first_moved(house, linden, 10)
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/series/{series.id}")).text
    assert re.findall(r"(\d+ March|Number \d)", page) == [
        "23 March", "Number 2", "26 March", "Number 1", "30 March", "Number 3",
    ]  # fmt: skip


async def test_a_day_that_comes_to_hold_two_of_them_is_said_before_anything_moves(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await first_moved(house, linden, 10, hours=4)
    last = series.cards[2]
    await sign_in_as(client, house, linden)
    own = f"/staff/bookings/{last.public_id}/series/move"
    for days, said in ((4, 1), (3, 0)):  # from Monday 30 back to Thursday 26, where the first lies now; to Friday
        start = value_of(floor(last.starts_at - timedelta(days=days)))
        page = (await client.get(f"{own}?which=following&start={start}")).text
        assert page.count(TWIN) == said


async def test_days_that_held_two_of_them_before_are_not_said_again(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await first_moved(house, linden, 7, hours=4)  # on the day of the second
    await sign_in_as(client, house, linden)
    second = series.cards[1]
    start = value_of(floor(second.starts_at + timedelta(days=1)))
    page = (await client.get(f"/staff/bookings/{second.public_id}/series/move?which=following&start={start}")).text
    assert "24 March" in page
    assert TWIN not in page


async def test_what_is_booked_next_is_no_session_of_the_series(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/{series.cards[0].public_id}")).text
    path = html.unescape(re.findall(r'href="(/staff/bookings/new[^"]+)"', page)[0])
    assert f"day={date(2026, 4, 6)}" in path
    after = series.cards[2].starts_at.astimezone(BERLIN) + timedelta(days=7)
    assert value_of(floor(after)).replace(":", "%3A") in path
