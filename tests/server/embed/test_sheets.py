"""The one stylesheet of a framed page says what the many of the page say, in the same order."""

import re

import httpx2
import pytest

from server.embed.sheets import joined
from server.templates import build_id, static, web_folder
from tests.server.booking.linden import Linden
from tests.server.embed.conftest import SITE

pytestmark = pytest.mark.asyncio


def sheets_in(html: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)


async def test_a_framed_page_asks_for_one_sheet_with_all_in_it(client: httpx2.AsyncClient, linden: Linden) -> None:
    (one,) = sheets_in((await client.get(f"/embed/c/linden?at={SITE}")).text)
    many = [address for address in sheets_in((await client.get("/c/linden")).text) if address.startswith("/static/")]
    whole = (await client.get(one)).text
    for address in many:
        text = (web_folder() / "static" / address.split("/", 3)[3]).read_text()
        plain = re.sub(r"/\*.*?\*/\s*", "", text, flags=re.S).splitlines()
        rule = max((line for line in plain if "url(" not in line), key=len)
        assert rule.strip() in whole, address
    assert len(many) > 10
    assert "[data-framed]" in whole


async def test_what_it_fetches_stands_where_it_says(client: httpx2.AsyncClient) -> None:
    body, _packed = joined(("slots",))
    fetched = re.findall(r'url\("([^"]+)"\)', body.decode())
    assert static("vendor/fonts/newsreader-latin.woff2") in fetched
    for address in fetched:
        assert (await client.get(address)).status_code == 200


async def test_nothing_else_can_be_asked_for(client: httpx2.AsyncClient) -> None:
    for names in ("nothing", "..", "slots+../../x", "+".join(["slots"] * 13), "SLOTS", ""):
        assert (await client.get(f"/embed/sheets/{build_id()}/{names}.css")).status_code == 404
    assert (await client.get("/embed/sheets/0000000000/slots.css")).status_code == 404
