"""The public page where the clinic's clock and the visitor's differ on some of the days alone."""

import re
from datetime import UTC, datetime

import httpx2
import pytest

from server.house import House
from tests.server.booking.linden import Linden, booked, form

pytestmark = pytest.mark.asyncio


def slot(html: str, value: str) -> str:
    found = re.search(rf'value="{value}"[^>]*><span>(.*?)</span>', html)
    assert found, value
    return found[1]


async def test_a_change_of_the_clinics_clock_within_the_days_is_told_time_by_time(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    """Lagos and Berlin show the same until 29 March; from then on Berlin is an hour ahead."""
    page = await client.get("/c/linden?day=2026-03-27&tz=Africa/Lagos")
    assert page.status_code == 200
    assert slot(page.text, "2026-03-27T08:00Z") == "<b>9:00</b>9:00 Berlin"
    assert slot(page.text, "2026-03-30T07:00Z") == "<b>8:00</b>9:00 Berlin"
    assert "The clinic, in Berlin, is" not in page.text  # no one sentence holds for all of these days
    assert 'id="there">9:00 in Berlin.</span>' in page.text


async def test_days_on_which_both_show_the_same_name_no_second_clock(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    page = await client.get("/c/linden?tz=Africa/Lagos")
    assert slot(page.text, "2026-03-12T08:30Z") == "<b>9:30</b>"
    assert "Berlin" not in re.sub(r"<option.*?</option>", "", page.text)


async def test_who_comes_second_reads_both_clocks_of_the_times_that_are_free_next(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    """The last time of the Friday before the change is taken; the next ones lie behind it."""
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
    await booked(house, linden, friday)
    client.cookies.set("tz", "Africa/Lagos")
    page = await client.post("/c/linden/book", data=form(linden, start=f"{friday:%Y-%m-%dT%H:%MZ}", name="Kim"))
    assert page.status_code == 409
    assert slot(page.text, "2026-03-30T07:00Z") == "<b>8:00</b>9:00 Berlin"
