"""Keeping a time on the page: by pressing alone, with and without script, and what is said of it."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.booking.tables import Booking, Claim
from server.house import House
from tests.server.booking.linden import Linden, form
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
HOLD, POST = "/c/linden/hold", "/c/linden/book"


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


def held(html: str) -> str:
    found = re.search(r'name="held" value="([^"]+)"', html)
    assert found, "the page carries no token"
    return found[1]


async def test_looking_keeps_nothing(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    page = await client.get("/c/linden?start=2026-03-12T08:30Z&therapist=mara-lind")
    assert 'formaction="/c/linden/hold"' in page.text
    assert (await client.get(HOLD)).status_code in {404, 405}
    assert (await client.request("HEAD", "/c/linden?start=2026-03-12T08:30Z")).status_code in {200, 405}
    assert await count(house, Claim) == 0


async def test_without_script_the_page_comes_back_with_all_that_was_written_and_until_when(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    page = await client.post(HOLD, data=form(linden, name="Jo Almeida"))
    assert page.status_code == 200
    assert "This time is kept for you until 10:10, while you write." in page.text
    assert 'value="Jo Almeida"' in page.text
    assert re.search(r'value="2026-03-12T08:30Z" checked', page.text)
    assert (await count(house, Claim), await count(house, Booking)) == (1, 0)
    answer = await client.post(POST, data=form(linden, held=held(page.text)))
    assert answer.status_code == 303
    assert (await count(house, Claim), await count(house, Booking)) == (1, 1)


async def test_a_form_that_wants_mending_still_keeps_its_time(client: httpx2.AsyncClient, linden: Linden) -> None:
    token = held((await client.post(HOLD, data=form(linden))).text)
    answer = await client.post(POST, data=form(linden, name="", held=token))
    assert answer.status_code == 422
    assert "This time is kept for you until 10:10" in answer.text
    assert held(answer.text) == token
    assert re.search(r'value="2026-03-12T08:30Z" checked', answer.text)


async def test_a_script_gets_the_words_alone(client: httpx2.AsyncClient, linden: Linden) -> None:
    part = {"x-part": "kept"}
    answer = await client.post(HOLD, data=form(linden), headers=part)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'data-seconds="600"' in answer.text
    again = await client.post(HOLD, data=form(linden, once="somebody else's form"), headers=part)
    assert again.status_code == 409
    assert "Somebody took this time a moment ago." in again.text
    assert "held" not in again.text


async def test_others_see_a_kept_time_as_taken_and_its_own_page_as_free(
    client: httpx2.AsyncClient, linden: Linden, app: Starlette
) -> None:
    token = held((await client.post(HOLD, data=form(linden))).text)
    async with browser_on(app, "127.0.0.2") as other:
        asked = f"/c/linden?therapist=mara-lind&service={linden.session.id}"
        assert 'value="2026-03-12T08:30Z"' not in (await other.get(asked)).text
        assert 'value="2026-03-12T08:30Z"' in (await other.get(f"{asked}&held={token}")).text
        answer = await other.post(POST, data=form(linden, once="other"))
        assert answer.status_code == 409
        assert "<h1>That time was just taken</h1>" in answer.text


async def test_a_time_kept_no_longer_leads_on_with_what_is_free(
    client: httpx2.AsyncClient, linden: Linden, app: Starlette, clock: Clock
) -> None:
    token = held((await client.post(HOLD, data=form(linden))).text)
    clock.forward(minutes=11)
    async with browser_on(app, "127.0.0.2") as other:
        assert (await other.post(POST, data=form(linden, once="other", name="Kim"))).status_code == 303
    answer = await client.post(POST, data=form(linden, held=token))
    assert answer.status_code == 409
    assert "<h1>We could keep that time no longer</h1>" in answer.text
    assert 'value="2026-03-12T09:30Z"' in answer.text
    assert 'name="name" value="Jo Almeida"' in answer.text


async def test_beyond_what_one_address_keeps_the_form_works_as_well(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    hours = ("08:00", "09:00", "10:00")
    for hour in hours:
        assert (await client.post(HOLD, data=form(linden, start=f"2026-03-12T{hour}Z", once=hour))).status_code == 200
    more = form(linden, start="2026-03-12T12:00Z", once="more")
    page = await client.post(HOLD, data=more)
    assert "We cannot keep a time for you just now. It is yours as soon as you book it." in page.text
    assert "held" not in page.text
    assert (await client.post(POST, data=more)).status_code == 303
    assert await count(house, Claim) == 4


@pytest.mark.parametrize("changes", [{"start": ""}, {"once": ""}, {"start": "2026-03-12T08:30Z", "therapist": "x"}])
async def test_what_is_no_choice_keeps_nothing(
    client: httpx2.AsyncClient, linden: Linden, house: House, changes: dict[str, str]
) -> None:
    assert (await client.post(HOLD, data=form(linden, **changes))).status_code == 422
    assert await count(house, Claim) == 0


async def test_a_token_of_our_own_making_opens_nobodys_hold(
    client: httpx2.AsyncClient, linden: Linden, app: Starlette
) -> None:
    token = held((await client.post(HOLD, data=form(linden))).text)
    forged = token.split(".")[0] + "." + "A" * 43
    async with browser_on(app, "127.0.0.2") as other:
        answer = await other.post(POST, data=form(linden, once="other", held=forged))
    assert answer.status_code == 409
    assert "08:30Z" not in unescape(answer.text).split("typed")[0]
