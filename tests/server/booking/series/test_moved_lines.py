"""Moved from ... to ...: pages of a series each say their own times, and who did not move says nothing."""

import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx2
import pytest

from server.booking import desk as single
from server.booking.hours import floor
from server.booking.rules import BookingCard, Wish
from server.booking.series import desk, store
from server.booking.week import value_of
from server.house import House
from server.moments import Speaker
from tests.server.booking.linden import Linden
from tests.server.booking.series.test_desk import made, weekly
from tests.server.booking.series.test_pages import sent_back
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio
LATER = timedelta(days=1, hours=4)


async def moved(client: httpx2.AsyncClient, card: BookingCard, which: str, **picks: str) -> None:
    """The patient moves this booking and whichever belong to it, a day and four hours later."""
    own = f"/visit/{card.public_id}"
    start = value_of(floor(card.starts_at + LATER))
    asks = await client.post(f"{own}/move", data={"start": start, "which": which})
    preview = await client.get(asks.headers["location"])
    answer = await client.post(f"{own}/series/move", data=sent_back(preview.text, **picks))
    assert answer.status_code == 303, answer.text


async def page_of(client: httpx2.AsyncClient, first: BookingCard, number: int) -> str:
    """The patient's page of one of them, from the link of the first."""
    leads = await client.get(f"/visit/{first.public_id}/series/{number}")
    return unescape((await client.get(leads.headers["location"])).text)


def line(page: str, before: datetime, now: datetime) -> str:
    """What the page would say, on the clock that it speaks of."""
    zone = re.search(r'data-zone="([^"]+)"', page)
    assert zone
    say = Speaker(ZoneInfo(zone[1]), "en")
    return f"Moved from {say.day(before)}, {say.time(before)} to {say.day(now)}, {say.time(now)}."


async def test_each_that_moved_says_its_own_times_and_who_was_left_says_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    await page_of(client, series.cards[0], 2)
    await moved(client, series.cards[1], "following")
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series.id))
    assert "Moved from" not in await page_of(client, cards[0], 1)
    for was, now in zip(series.cards[1:], cards[1:], strict=True):
        assert now.starts_at != was.starts_at
        page = await page_of(client, cards[0], now.number or 0)
        assert line(page, was.starts_at, now.starts_at) in page


async def test_moved_twice_it_says_the_time_that_it_had_last(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    await moved(client, series.cards[0], "all")
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series.id))
    house.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    once, again = cards[1], Wish(cards[1].starts_at + timedelta(days=1), cards[1].therapist_id)
    assert await single.move(house, linden.clinic, once, again, desk.By()) is None
    page = await page_of(client, cards[0], 2)
    assert line(page, once.starts_at, again.start) in page
    assert page.count("Moved from") == 1
    third = await page_of(client, cards[0], 3)
    assert line(third, series.cards[2].starts_at, cards[2].starts_at) in third


async def test_staff_read_the_same_on_each_booking_and_in_the_day(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    await page_of(client, series.cards[0], 2)
    await moved(client, series.cards[1], "following")
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series.id))
    house.clock.now = cards[1].starts_at - timedelta(hours=1)  # type: ignore[attr-defined]
    await sign_in_as(client, house, linden)
    say = Speaker(linden.clinic.zone, "en")
    was = series.cards[1].starts_at
    one = unescape((await client.get(f"/staff/bookings/{cards[1].public_id}")).text)
    assert f"It was before</span><span></span><b>{say.full(was)}" in one
    assert f"Moved from {say.day(was)}, {say.time(was)}" in unescape((await client.get("/staff")).text)
    first = (await client.get(f"/staff/bookings/{cards[0].public_id}")).text
    assert "It was before" not in first
