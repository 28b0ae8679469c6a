"""All dates of a group on the public page: each shown before anything is booked, without a script, also in a frame."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from icalendar import Calendar
from starlette.applications import Starlette

from server.booking.hours import floor
from server.booking.tables import Booking, Cancellation
from server.booking.week import value_of
from server.clinic import store as clinics
from server.clinic.rules import Leave
from server.embed import store as embeds
from server.house import House
from tests.server.booking.acting.test_pages import CHILD, offer
from tests.server.booking.linden import Linden, form
from tests.server.booking.series.test_desk import count, made, weekly
from tests.server.booking.series.test_joining import DATES, fill, opened_up
from tests.server.booking.series.test_pages import sent_back
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio
BOOK = "/c/linden/book"
SITE = "https://site.example"


@pytest_asyncio.fixture
async def group(house: House, linden: Linden) -> Linden:
    return await opened_up(house, linden)


def asks(linden: Linden, name: str = "Kim Berg", **changes: str) -> dict[str, str]:
    start = value_of(floor(weekly(linden, DATES)[0].start))
    return form(linden, name=name, contact="kim@example.org", start=start, once=name, **changes)


async def chosen(client: httpx2.AsyncClient, which: str, sent: dict[str, str]) -> httpx2.Response:
    """What comes of choosing on the page of all dates, as it stands."""
    page = await client.post(BOOK, data=sent)
    return await client.post(BOOK, data=sent_back(page.text, which=which))


def dates(page: str) -> list[tuple[str, str]]:
    """Each date of the page with what is said of it."""
    found = re.findall(r'<li class="item"><p[^>]*><b>(.*?)</b>.*?<span class="row-end[^>]*>(.*?)</span>', page, re.S)
    return [(unescape(when), unescape(state)) for when, state in found]


def ways(page: str) -> list[str]:
    return re.findall(r'type="radio" name="which" value="(\w+)"', page)


async def test_every_date_is_shown_in_the_readers_zone_and_nothing_is_booked_yet(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    client.cookies.set("tz", "Europe/Lisbon")
    assert "you choose next" in (await client.get(f"/c/linden?service={group.session.id}")).text
    page = await client.post(BOOK, data=asks(group))
    assert page.status_code == 200
    assert [state for _, state in dates(page.text)] == ["free"] * DATES
    assert dates(page.text)[0][0].endswith("8:00")  # 9:00 in Berlin, on every date: the clocks change in one night
    assert "9:00 in Berlin" in unescape(page.text)
    assert ways(page.text) == ["all", "skip", "one"]
    assert await count(house, Booking) == [DATES]


async def test_all_of_them_are_one_letter_and_one_link_that_cancels_one_or_those_after_it(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    page = await client.post(BOOK, data=asks(group))
    sent = sent_back(page.text, which="all")
    answer = await client.post(BOOK, data=sent)
    assert answer.status_code == 303, answer.text
    assert (await client.post(BOOK, data=sent)).headers["location"] == answer.headers["location"]
    assert await count(house, Booking) == [2 * DATES]
    shown = await client.get(answer.headers["location"])
    assert f"{DATES} times are kept for you" in shown.text
    await house.outbox.run_due()
    (letter,) = [one for one in house.mailer.sent if one.to == "kim@example.org"]  # type: ignore[attr-defined]
    assert len(Calendar.from_ical(letter.file).walk("VEVENT")) == DATES
    own = answer.headers["location"].partition("/series")[0]
    second = (await client.get(f"{own}/series/2")).headers["location"]
    asked = sent_back((await client.get(f"{second}/cancel")).text, which="one")
    await client.post(f"{second}/cancel", data=asked)
    third = (await client.get(f"{own}/series/3")).headers["location"]
    asked = sent_back((await client.get(f"{third}/cancel")).text, which="following")
    await client.post(f"{third}/cancel", data=asked)
    assert "One more time is kept for you" in (await client.get(f"{own}/series")).text
    assert await count(house, Cancellation) == [DATES - 1]


async def test_a_full_date_is_said_by_itself_and_left_out_if_they_want_the_rest(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await fill(house, group, 2)
    before = await count(house, Booking)
    page = await client.post(BOOK, data=asks(group))
    assert [state for _, state in dates(page.text)] == ["free", "free", "full", "free"]
    assert ways(page.text) == ["skip", "one"]
    late = await client.post(BOOK, data=sent_back(page.text, which="all"))
    assert late.status_code == 409
    assert await count(house, Booking) == before
    answer = await client.post(BOOK, data=sent_back(late.text, which="skip"))
    assert "What was not free is left out." in (await client.get(answer.headers["location"])).text
    assert await count(house, Booking) == [before[0] + DATES - 1]


async def test_who_was_faster_brings_back_the_dates_with_what_was_typed(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    page = await client.post(BOOK, data=asks(group))
    await fill(house, group, 1)
    late = await client.post(BOOK, data=sent_back(page.text, which="all"))
    assert late.status_code == 409
    assert [state for _, state in dates(late.text)] == ["free", "full", "free", "free"]
    assert sent_back(late.text)["name"] == "Kim Berg"


async def test_this_one_alone_is_a_booking_like_any_other(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    page = await client.post(BOOK, data=asks(group))
    answer = await client.post(BOOK, data=sent_back(page.text, which="one"))
    assert answer.status_code == 303
    assert (await client.get(f"{answer.headers['location']}/series")).status_code == 404
    assert await count(house, Booking) == [DATES + 1]


async def test_who_gets_no_mail_keeps_one_link_for_all(client: httpx2.AsyncClient, group: Linden) -> None:
    answer = await chosen(client, "all", asks(group) | {"contact": "+49 30 5550177"})
    assert urlsplit(answer.headers["location"]).path.endswith("/keep")
    assert "all the times that you booked together" in (await client.get(answer.headers["location"])).text


async def test_who_gets_no_mail_reads_beside_the_link_that_some_are_left_out(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await fill(house, group, 2)
    answer = await chosen(client, "skip", asks(group) | {"contact": "+49 30 5550177"})
    assert "What was not free is left out." in (await client.get(answer.headers["location"])).text


async def test_who_books_for_a_child_by_mail_has_the_link_there_and_keeps_none(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await offer(house, group)
    answer = await chosen(client, "all", asks(group, **CHILD))
    assert urlsplit(answer.headers["location"]).path.endswith("/series"), answer.text
    while await house.outbox.run_due():
        pass
    (letter,) = [one for one in house.mailer.sent if one.to == "kim@example.org"]  # type: ignore[attr-defined]
    entries = letter.calendar.decode().replace("\r\n ", "")
    assert entries.count("mailto:kim@example.org") == DATES, "whoever gets the mail is who is invited"


async def test_who_chooses_another_time_finds_what_they_wrote(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    page = await client.post(BOOK, data=asks(group))
    answer = await client.post(BOOK, data=sent_back(page.text, which="one") | {"other": "yes"})
    assert answer.status_code == 200
    assert 'value="Kim Berg"' in answer.text
    assert 'value="kim@example.org"' in answer.text
    assert 'role="alert"' not in answer.text
    assert await count(house, Booking) == [DATES]


async def test_a_form_that_comes_back_after_all_was_cancelled_promises_no_time(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    sent = sent_back((await client.post(BOOK, data=asks(group))).text, which="all")
    own = (await client.post(BOOK, data=sent)).headers["location"].partition("/series")[0]
    await client.post(f"{own}/cancel", data={"which": "all"})
    again = await client.post(BOOK, data=sent)
    page = (await client.get(again.headers["location"])).text
    assert "No more times lie ahead" in page
    assert "kept for you" not in page


async def test_a_patient_reads_that_their_therapist_is_not_free_and_not_why(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    own = (await chosen(client, "all", asks(group))).headers["location"].partition("/series")[0]
    first, second = (one.start for one in weekly(group, 2))
    day = timedelta(days=1)
    leave = Leave(uuid4(), group.mara.staff_id, second + day - timedelta(hours=2), second + day + timedelta(hours=9))
    await house.db.unit(lambda db: clinics.add_leave(db, group.clinic.id, leave))
    asked = {"start": f"{first + day:%Y-%m-%dT%H:%MZ}", "which": "all"}
    page = (await client.get(f"{own}/series/move", params=asked)).text
    assert "The therapist is not free at" in page
    assert "time off" not in page


async def test_nobody_books_other_dates_than_they_saw(client: httpx2.AsyncClient, house: House, group: Linden) -> None:
    page = await client.post(BOOK, data=asks(group))
    await made(house, group, weekly(group, DATES + 1), name="Lo")
    late = await client.post(BOOK, data=sent_back(page.text, which="all"))
    assert late.status_code == 409
    assert [len(dates(one.text)) for one in (page, late)] == [DATES, DATES + 1]
    assert "Something changed a moment ago." in late.text
    answer = await client.post(BOOK, data=sent_back(late.text, which="all"))
    assert f"{DATES + 1} times are kept for you" in (await client.get(answer.headers["location"])).text


async def test_without_the_clinics_leave_nobody_is_asked_and_nobody_can(
    client: httpx2.AsyncClient, house: House, group: Linden, app: Starlette
) -> None:
    plain = replace(group.session, all_dates=False)
    await house.db.unit(lambda db: clinics.change_service(db, group.clinic.id, plain, house.clock()))
    assert (await client.post(BOOK, data=asks(group, which="all"))).status_code == 422
    assert await count(house, Booking) == [DATES]
    async with browser_on(app) as other:
        assert (await other.post(BOOK, data=asks(group))).status_code == 303
    assert await count(house, Booking) == [DATES + 1]


async def test_a_second_series_from_the_same_browser_is_asked_about_first(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await chosen(client, "all", asks(group))
    assert (await client.post(BOOK, data=asks(group, "Jo"))).status_code == 409
    assert await count(house, Booking) == [2 * DATES]


async def test_in_a_frame_it_stays_there_in_its_language_and_the_pass_opens_all_of_it(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await house.db.unit(lambda db: embeds.add_origin(db, group.clinic.id, SITE, None, house.clock()))
    framed = f"/embed{BOOK}?at={SITE}&tz=Europe/Lisbon&lang=ar"
    page = await client.post(framed, data=asks(group))
    assert 'lang="ar" dir="rtl"' in page.text
    action = unescape(re.search(r'<form class="halves" method="post" action="([^"]*)"', page.text)[1])  # type: ignore[index]
    asked = parse_qs(urlsplit(action).query)
    assert (asked["at"], asked["lang"], asked["tz"]) == ([SITE], ["ar"], ["Europe/Lisbon"])
    other = await client.post(action, data=sent_back(page.text, which="one") | {"other": "yes"})
    assert 'lang="ar" dir="rtl"' in other.text
    assert 'value="Kim Berg"' in other.text
    answer = await client.post(action, data=sent_back(page.text, which="all"))
    assert "set-cookie" not in answer.headers
    kept = answer.headers["location"]
    assert parse_qs(urlsplit(kept).query)["pass"]
    shown = await client.get(kept)
    assert shown.text.count('class="item-words"') == DATES - 1
    calendar = await client.get(kept.replace("?", "/series.ics?", 1))
    assert len(Calendar.from_ical(calendar.content).walk("VEVENT")) == DATES
    assert 'name="which"' not in (await client.get(kept.replace("?", "/move?", 1))).text
    cancelling = await client.get(kept.replace("?", "/cancel?", 1))
    assert cancelling.text.count('name="which"') == 3
    ended = await client.post(kept.replace("?", "/cancel?", 1), data=sent_back(cancelling.text, which="following"))
    assert parse_qs(urlsplit(ended.headers["location"]).query)["lang"] == ["ar"]
    assert await count(house, Cancellation) == [DATES]


async def test_in_a_frame_it_is_said_too_that_some_are_left_out(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    await house.db.unit(lambda db: embeds.add_origin(db, group.clinic.id, SITE, None, house.clock()))
    await fill(house, group, 2)
    framed = f"/embed{BOOK}?at={SITE}"
    page = await client.post(framed, data=asks(group))
    answer = await client.post(framed, data=sent_back(page.text, which="skip"))
    shown = (await client.get(answer.headers["location"])).text
    assert "What was not free is left out." in shown
    assert 'data-said="booked"' in shown
