"""What a patient is asked before it is done: a second booking a moment after the first, and a move that is the last."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.booking.tables import Booking, Move
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"
NEXT = {"start": "2026-03-12T09:30Z", "once": "the-page-was-loaded-anew"}
NEAR = "2026-03-09T14:00Z"  # today, and the clinic's deadline is a day


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def test_back_and_book_once_more_is_asked_about(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    """After Back the page has a new word of its own, and another time is filled in."""
    first = await client.post(POST, data=form(linden))
    answer = await client.post(POST, data=form(linden, **NEXT))
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "You have booked Thursday 12 March, 9:30 already." in page
    assert f'href="{first.headers["location"]}"' in page
    assert "I sleep badly" in page
    assert await count(house, Booking) == 1
    another = re.search(r'name="another" value="(\w+)"', page)
    assert another
    again = await client.post(POST, data=form(linden, **NEXT, another=another[1]))
    assert again.status_code == 303
    assert await count(house, Booking) == 2


async def test_the_same_form_again_is_the_same_booking(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first = await client.post(POST, data=form(linden))
    again = await client.post(POST, data=form(linden))
    assert again.headers["location"] == first.headers["location"]
    assert await count(house, Booking) == 1


@pytest.mark.parametrize("who", ["later", "another browser", "cancelled"])
async def test_nobody_else_is_asked(
    client: httpx2.AsyncClient, app: Starlette, house: House, linden: Linden, clock: Clock, who: str
) -> None:
    first = await client.post(POST, data=form(linden))
    if who == "later":
        clock.forward(minutes=31)
    if who == "cancelled":
        await client.post(f"{first.headers['location']}/cancel")
    async with browser_on(app) as other:
        browser = other if who == "another browser" else client
        assert (await browser.post(POST, data=form(linden, **NEXT))).status_code == 303


async def test_a_move_that_is_the_last_is_asked_about(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await client.get(f"/l/{made.token}")
    move = f"/visit/{made.card.public_id}/move"
    answer = await client.post(move, data={"start": NEAR})
    assert answer.status_code == 422
    assert "you cannot move or cancel it here any more" in answer.text
    assert f'value="{NEAR}" checked' in answer.text
    assert f'name="sure" value="{NEAR}"' in answer.text
    assert await count(house, Move) == 0
    other = await client.post(move, data={"start": "2026-03-09T15:00Z", "sure": NEAR})
    assert (other.status_code, await count(house, Move)) == (422, 0)
    assert (await client.post(move, data={"start": NEAR, "sure": NEAR})).status_code == 303
    assert await count(house, Move) == 1


async def test_a_move_that_can_be_taken_back_is_done_at_once(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await client.get(f"/l/{made.token}")
    answer = await client.post(f"/visit/{made.card.public_id}/move", data={"start": "2026-03-12T12:30Z"})
    assert (answer.status_code, await count(house, Move)) == (303, 1)


async def test_the_link_to_keep_says_where_its_time_is(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    """They booked in Lisbon; the clinic is in Berlin."""
    made = await booked(house, linden, THURSDAY)
    await client.get(f"/l/{made.token}")
    page = (await client.get(f"/visit/{made.card.public_id}/keep")).text
    assert "Thursday 12 March, 8:30. That is the time in Lisbon. In Berlin it is 9:30." in page
    client.cookies.set("tz", "Europe/Berlin")
    page = (await client.get(f"/visit/{made.card.public_id}/keep")).text
    assert "Thursday 12 March, 9:30. That is the time in Berlin." in page
    assert "it is 9:30" not in page
