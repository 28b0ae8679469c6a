"""The public booking page and what comes of its form."""

import httpx2
import pytest

from tests.server.booking.linden import Linden, form

pytestmark = pytest.mark.asyncio


async def test_the_page_says_the_next_free_time_first(client: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await client.get("/c/linden")
    assert answer.status_code == 200
    assert "<h1>The next free time is today at 14:00</h1>" in answer.text


async def test_booking_leads_to_the_visit_with_its_cookie(client: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await client.post("/c/linden/book", data=form(linden))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/visit/")
    assert answer.cookies
