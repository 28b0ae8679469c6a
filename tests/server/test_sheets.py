"""The joined sheets of a page say what the many sources say, in their order; a page asks for two, a frame for one."""

import re

import httpx2
import pytest

from server.assets import COMMON, EVERY_PAGE, build_id, static, web_folder
from server.sheets import joined
from tests.server.booking.linden import Linden
from tests.server.embed.conftest import SITE, linden

__all__ = ["linden"]
pytestmark = pytest.mark.asyncio
AT = f"/static/{build_id()}/joined"


def sheets_in(html: str) -> list[str]:
    found = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    return [address for address in found if address.startswith("/static/")]


def lines_of(path: str) -> list[str]:
    """Rules of a source, as they stand in what is joined; none that fetches."""
    text = (web_folder() / "static/css" / f"{path}.css").read_text()
    plain = re.sub(r"/\*.*?\*/\s*", "", text, flags=re.S).splitlines()
    return [line.strip() for line in plain if line.strip() and "url(" not in line]


async def test_a_page_asks_for_what_every_page_has_and_for_its_own(client: httpx2.AsyncClient, linden: Linden) -> None:
    first, own = sheets_in((await client.get("/c/linden")).text)
    assert first == f"{AT}/{COMMON}.css"
    assert own.endswith("+print.css")
    other, _ = sheets_in((await client.get("/c/linden/calm")).text)
    assert other == first, "the next page finds it kept"
    common, mine = [(await client.get(address)).text for address in (first, own)]
    places = [common.index(max(lines_of(path), key=len)) for path in EVERY_PAGE]
    assert places == sorted(places)
    names = own.removeprefix(f"{AT}/").removesuffix(".css").split("+")
    assert len(names) > 2
    for name in names:
        assert max(lines_of(f"parts/{name}"), key=len) in mine, name


async def test_a_framed_page_asks_for_one_sheet_with_all_in_it(client: httpx2.AsyncClient, linden: Linden) -> None:
    (one,) = sheets_in((await client.get(f"/embed/c/linden?at={SITE}")).text)
    whole = (await client.get(one)).text
    for address in sheets_in((await client.get("/c/linden")).text):
        (body, _) = joined(tuple(address.removeprefix(f"{AT}/").removesuffix(".css").split("+")))
        rule = max((line for line in body.decode().splitlines() if "url(" not in line), key=len)
        assert rule in whole, address
    assert "[data-framed]" in whole


async def test_it_is_kept_for_good_and_goes_packed_to_who_takes_it_so(client: httpx2.AsyncClient) -> None:
    plain = await client.get(f"{AT}/common.css", headers={"accept-encoding": "identity"})
    packed = await client.get(f"{AT}/common.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.text == packed.text
    for answer in (plain, packed):
        assert answer.headers["vary"] == "accept-encoding"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/css")


async def test_what_it_fetches_stands_where_it_says(client: httpx2.AsyncClient) -> None:
    body, _packed = joined((COMMON, "slots"))
    fetched = re.findall(r'url\("([^"]+)"\)', body.decode())
    assert static("vendor/fonts/newsreader-latin.woff2") in fetched
    for address in fetched:
        assert (await client.get(address)).status_code == 200


async def test_nothing_else_can_be_asked_for(client: httpx2.AsyncClient) -> None:
    for names in ("nothing", "..", "slots+../../x", "+".join(["slots"] * 25), "SLOTS", ""):
        assert (await client.get(f"{AT}/{names}.css")).status_code == 404
    assert (await client.get("/static/0000000000/joined/slots.css")).status_code == 404
    assert (await client.post(f"{AT}/slots.css")).status_code in {404, 405}
