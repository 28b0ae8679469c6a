"""In a frame too the clinic looks like itself, and whoever asks too much is told so in a page that fits."""

import httpx2
import pytest

from server.clinic.look import store as look
from server.clinic.look.rules import Mark
from server.house import House
from tests.server.booking.linden import Linden, form
from tests.server.embed.conftest import SITE
from tests.server.embed.test_frames import BOOK, PAGE, framing
from tests.server.pausing import until_paused

pytestmark = pytest.mark.asyncio
MARK = Mark(b"\x89PNG\r\n\x1a\n picture", 112, 56)


async def test_the_clinics_name_picture_and_colour_stand_in_the_frame(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    plain = (await client.get(PAGE)).text
    assert '<p class="brand"><svg class="brand-mark"' in plain
    assert "<span>Linden Practice</span>" in plain
    await house.db.unit(lambda db: look.set_mark(db, linden.clinic.id, MARK, None, house.clock()))
    page = (await client.get(PAGE)).text
    address = page.partition('<img class="brand-mark" src="')[2].partition('"')[0]
    assert address.startswith("/c/linden/mark.png?")
    picture = await client.get(address)
    assert (picture.content, picture.headers["content-type"]) == (MARK.image, "image/png")
    assert "set-cookie" not in picture.headers
    kept = (await client.post(BOOK, data=form(linden))).headers["location"]
    assert address in (await client.get(kept)).text


async def test_who_asks_too_much_reads_so_in_the_frame(client: httpx2.AsyncClient, linden: Linden) -> None:
    asked = f"{PAGE}&lang=ar&theme=dark"
    answers = await until_paused(lambda _: client.post(BOOK, data={}), 30)
    assert answers[-2].status_code == 422
    paused = answers[-1]
    assert framing(paused) == SITE
    assert "x-frame-options" not in paused.headers
    assert f'data-framed="{SITE}"' in paused.text, "the script that tells how tall it is"
    assert "embed/frame.js" in paused.text
    assert f'href="/embed/c/linden?at={SITE}' in paused.text.replace("%3A", ":").replace("%2F", "/")
    assert "Linden" not in paused.text.partition("<main")[2], "it names nobody"
    assert (await client.get(asked)).status_code == 200, "reading goes on"


@pytest.mark.parametrize("at", ["", "null", "*", "https://a.example/path", "https://a.example https://b.example"])
async def test_what_is_no_origin_frames_no_pause(client: httpx2.AsyncClient, linden: Linden, at: str) -> None:
    answer = (await until_paused(lambda _: client.post("/embed/c/linden/book", params={"at": at}, data={}), 30))[-1]
    assert framing(answer) == "'none'"
