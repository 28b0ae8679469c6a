"""Booking inside another site's page: by listed origins alone, without any cookie, and never a waiting room."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.booking.passes import LASTS, pass_of
from server.clinic.paying.rules import Way
from server.embed import store
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked, form, seed
from tests.server.booking.paying.priced import priced
from tests.server.conftest import Clock, browser_on
from tests.server.embed.conftest import SITE

pytestmark = pytest.mark.asyncio
ASKED = f"at={SITE}&tz=Europe/Lisbon&theme=dark&lang=ar"
PAGE = f"/embed/c/linden?at={SITE}"
BOOK = f"/embed/c/linden/book?at={SITE}&tz=Europe/Berlin"


def framing(answer: httpx2.Response) -> str:
    return answer.headers["content-security-policy"].rpartition("frame-ancestors ")[2].partition(";")[0]


async def test_a_listed_site_and_no_other_may_frame_it(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get(PAGE)
    assert page.status_code == 200
    assert framing(page) == SITE
    assert "x-frame-options" not in page.headers
    assert page.headers["cross-origin-embedder-policy"] == "require-corp"
    assert page.headers["cross-origin-resource-policy"] == "cross-origin"
    for at in ("https://evil.example", "", "null", f"{SITE}.evil.example", "*"):
        other = await client.get("/embed/c/linden", params={"at": at})
        assert other.status_code == 403
        assert framing(other) == "'none'"
        assert other.headers["x-frame-options"] == "DENY"
        assert "name=" not in other.text.partition("<main")[2], "no form"


async def test_a_site_of_one_clinic_frames_no_other(
    client: httpx2.AsyncClient, house: House, app: Starlette, linden: Linden
) -> None:
    await seed(house, slug="oak")
    assert (await client.get(f"/embed/c/oak?at={SITE}")).status_code == 403


async def test_a_site_that_was_taken_away_frames_nothing_more(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    (listed,) = await house.db.read(lambda db: store.origins(db, linden.clinic.id))
    assert await house.db.unit(lambda db: store.drop_origin(db, linden.clinic.id, listed.id)) == SITE
    assert (await client.get(PAGE)).status_code == 403


async def test_the_page_itself_stays_unframed(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get("/c/linden")
    assert framing(page) == "'none'"
    assert page.headers["x-frame-options"] == "DENY"


async def test_no_cookie_is_set_or_read(client: httpx2.AsyncClient, linden: Linden) -> None:
    client.cookies.update({"lang": "en", "theme": "light", "tz": "Asia/Kathmandu"})
    page = await client.get(f"/embed/c/linden?{ASKED}")
    assert "set-cookie" not in page.headers
    assert 'lang="ar" dir="rtl" data-theme="dark"' in page.text
    assert "Kathmandu" not in page.text
    booking = await client.post(BOOK, data=form(linden))
    assert booking.status_code == 303
    assert "set-cookie" not in booking.headers


async def test_every_way_on_stays_in_the_frame_or_opens_a_tab(client: httpx2.AsyncClient, linden: Linden) -> None:
    made = await client.post(BOOK, data=form(linden))
    kept = made.headers["location"]
    own, asked = urlsplit(kept).path, urlsplit(kept).query
    addresses = (PAGE, f"{PAGE}&change=zone", f"/embed/c/linden/mara-lind?{ASKED}", kept, f"{own}/move?{asked}")
    for address in (*addresses, f"{own}/cancel?{asked}"):
        page = await client.get(address)
        assert page.status_code == 200
        for tag in re.findall(r"<a [^>]+>", page.text):
            href = unescape(re.search(r'href="([^"]*)"', tag)[1])  # type: ignore[index]
            is_inside = href.startswith("/embed/") and parse_qs(urlsplit(href).query)["at"] == [SITE]
            assert is_inside or 'target="_blank"' in tag or href.startswith(("#", "tel:")), (address, tag)
        assert not [tag for tag in re.findall(r"<[^>]+>", page.text) if leads_out(tag)]
        for tag, rest in re.findall(r"(<form [^>]+>)(.*?)</form>", page.text, re.S):
            action = unescape(re.search(r'action="([^"]*)"', tag)[1])  # type: ignore[index]
            assert action.startswith("/embed/"), (address, tag)
            told = f'name="at" value="{SITE}"' in rest if 'method="get"' in tag else f"at={SITE}" in _plain(action)
            assert told, (address, tag)


def leads_out(tag: str) -> bool:
    """Whether a script or button of this tag would leave the frame."""
    return bool(re.search(r'"/(?:c|visit)/', tag)) and "target=" not in tag and "stylesheet" not in tag


def _plain(address: str) -> str:
    return address.replace("%3A", ":").replace("%2F", "/")


async def test_the_kept_place_says_what_the_site_may_know_and_no_more(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    made = await client.post(BOOK, data=form(linden))
    page = await client.get(made.headers["location"])
    assert framing(page) == SITE
    body = re.search(r"<body[^>]*>", page.text)[0]  # type: ignore[index]
    facts = dict(re.findall(r'data-([a-z]+)="([^"]*)"', body))
    public_id = urlsplit(made.headers["location"]).path.rpartition("/")[2]
    assert facts == {
        "said": "booked",
        "id": public_id,
        "service": str(linden.session.id),
        "start": "2026-03-12T08:30:00Z",
        "end": "2026-03-12T09:20:00Z",
        "mailed": "yes",
    }
    assert re.search(r'href="http://testserver/l/[\w-]{43}" target="_blank" rel="noopener noreferrer"', page.text)
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_it_moves_and_cancels_without_a_cookie(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    kept = (await client.post(BOOK, data=form(linden))).headers["location"]
    own, asked = urlsplit(kept).path, urlsplit(kept).query
    moved = await client.post(f"{own}/move?{asked}", data={"start": "2026-03-13T09:00Z"})
    assert moved.status_code == 303
    page = await client.get(moved.headers["location"])
    assert 'data-said="moved"' in page.text
    assert 'data-start="2026-03-13T09:00:00Z"' in page.text
    calendar = await client.get(f"{own}/calendar.ics?{asked}")
    assert "SEQUENCE:1" in calendar.text
    gone = await client.post(f"{own}/cancel?{asked}", data={"was": "1"})
    page = await client.get(gone.headers["location"])
    assert 'data-said="cancelled"' in page.text
    assert "/l/" not in page.text


async def test_a_pass_opens_its_own_booking_for_half_a_day(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    mine, other = await booked(house, linden), await booked(house, linden, THURSDAY.replace(hour=12, minute=0))
    given = pass_of(house.keys, mine.card.public_id, house.clock())
    address = f"/embed/visit/{mine.card.public_id}"
    assert (await client.get(address, params={"at": SITE, "pass": given})).status_code == 200
    assert (
        await client.get(f"/embed/visit/{other.card.public_id}", params={"at": SITE, "pass": given})
    ).status_code == 404
    for odd in ("", "x", given[:-1], given + "0", f"f{given}", "ffffffff-"):
        assert (await client.get(address, params={"at": SITE, "pass": odd})).status_code == 404
    assert (await client.get(f"/visit/{mine.card.public_id}", params={"pass": given})).status_code == 404
    assert (await client.get(address, params={"at": "https://evil.example", "pass": given})).status_code == 403
    clock.forward(seconds=LASTS.total_seconds())
    assert (await client.get(address, params={"at": SITE, "pass": given})).status_code == 404


async def test_who_gets_no_mail_sees_the_link_to_keep(client: httpx2.AsyncClient, linden: Linden) -> None:
    made = await client.post(BOOK, data=form(linden, contact="+49 30 555 0142"))
    page = await client.get(made.headers["location"])
    assert re.search(r'<p class="letters">http://testserver/l/[\w-]{43}</p>', page.text)
    assert "data-mailed" not in page.text


async def test_nobody_is_led_away_from_a_time_that_has_yet_to_be_paid(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await priced(house, linden, Way.STRIPE)
    made = await client.post(BOOK, data=form(linden))
    page = (await client.get(made.headers["location"])).text
    assert "Your place is kept until you pay" in page
    assert "Please pay by" in page
    assert "data-mailed" not in page, "else the site around goes on at once"
    assert "data-go" in page


async def test_what_goes_wrong_is_said_inside_the_frame(client: httpx2.AsyncClient, linden: Linden) -> None:
    empty = await client.post(BOOK, data={**form(linden), "name": ""})
    assert (empty.status_code, framing(empty)) == (422, SITE)
    nobody = await client.get(f"/embed/c/linden/nobody?at={SITE}")
    assert (nobody.status_code, framing(nobody)) == (404, SITE)
    await client.post(BOOK, data=form(linden, once="one"))
    taken = await client.post(BOOK, data=form(linden, once="two", contact="kim@example.org", name="Kim"))
    assert (taken.status_code, framing(taken)) == (409, SITE)
    assert 'action="/embed/c/linden/book?' in taken.text


async def test_a_write_from_the_site_itself_is_refused(app: Starlette, linden: Linden) -> None:
    async with browser_on(app) as browser:
        browser.headers["sec-fetch-site"] = "cross-site"
        assert (await browser.post(BOOK, data=form(linden))).status_code == 403


async def test_staff_see_a_preview_that_books_nothing(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    page = await client.get("/embed/c/linden?at=http://testserver")
    assert (page.status_code, framing(page)) == (200, "http://testserver")
    answer = await client.post("/embed/c/linden/book?at=http://testserver", data=form(linden))
    assert "nothing was booked" in answer.text


async def test_the_waiting_room_has_no_framed_address(client: httpx2.AsyncClient, linden: Linden) -> None:
    for path in ("/c/linden/waiting-room", "/c/linden/help", "/visit/0/check", "/visit/0/arrive", "/visit/0/keep"):
        assert (await client.get(f"/embed{path}?at={SITE}")).status_code == 404


async def test_what_is_framed_is_a_short_list(app: Starlette) -> None:
    framed = sorted(
        {route.path for route in app.routes if isinstance(route, Route) and route.path.startswith("/embed")}
    )
    assert framed == [
        "/embed/c/{clinic}",
        "/embed/c/{clinic}/book",
        "/embed/c/{clinic}/hold",
        "/embed/c/{clinic}/{therapist}",
        "/embed/v1.js",
        "/embed/visit/{public_id}",
        "/embed/visit/{public_id}/calendar.ics",
        "/embed/visit/{public_id}/cancel",
        "/embed/visit/{public_id}/move",
        "/embed/visit/{public_id}/series.ics",
    ], "the waiting room, the check and the call are never framed"


async def test_waiting_room_and_call_forbid_every_frame(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    own = f"/visit/{made.card.public_id}"
    await client.get(f"/l/{made.token}")
    for path in ("/c/linden/waiting-room", own, f"{own}/check", f"{own}/arrive", f"{own}/keep", "/staff/sign-in"):
        answer = await client.get(path, params={"at": SITE})
        assert framing(answer) == "'none'", path
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_time_is_kept_inside_the_frame_too(client: httpx2.AsyncClient, linden: Linden) -> None:
    kept = await client.post(f"/embed/c/linden/hold?at={SITE}", data=form(linden))
    assert (kept.status_code, framing(kept)) == (200, SITE)
    assert "This time is kept for you until" in kept.text
    assert not [tag for tag in re.findall(r"<[^>]+>", kept.text) if leads_out(tag)]


async def test_every_link_and_form_of_a_frame_goes_on_in_its_language(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    made = await client.post(f"{BOOK}&lang=ar", data=form(linden))
    kept = made.headers["location"]
    own, asked = urlsplit(kept).path, urlsplit(kept).query
    later = (f"{own}/move?{asked}", f"{own}/cancel?{asked}")
    for address in (
        f"{PAGE}&lang=ar",
        f"{PAGE}&lang=ar&change=zone",
        f"/embed/c/linden/mara-lind?{ASKED}",
        kept,
        *later,
    ):
        page = (await client.get(address)).text
        assert 'lang="ar"' in page
        for href in map(unescape, re.findall(r'<a [^>]*href="([^"]*)"', page)):
            if not href.startswith(("#", "tel:")):
                assert parse_qs(urlsplit(href).query).get("lang") == ["ar"], (address, href)
        for tag, rest in re.findall(r"(<form [^>]+>)(.*?)</form>", page, re.S):
            action = unescape(re.search(r'action="([^"]*)"', tag)[1])  # type: ignore[index]
            told = 'name="lang" value="ar"' in rest if 'method="get"' in tag else "lang=ar" in action
            assert told, (address, tag)
    link = unescape(re.search(r'href="([^"]*/l/[^"]+)"', (await client.get(kept)).text)[1])  # type: ignore[index]
    opened = await client.get(urlsplit(link).path + "?" + urlsplit(link).query)
    assert opened.cookies["lang"] == "ar", "its own tab goes on in it"
    taken = await client.post(f"{BOOK}&lang=ar", data=form(linden, once="two", contact="kim@example.org", name="Kim"))
    assert taken.status_code == 409
    assert not [
        href for href in re.findall(r'href="(/c/[^"]+)"', taken.text.partition("<main")[2]) if "lang=" not in href
    ]
