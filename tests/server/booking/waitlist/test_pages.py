"""The waiting list from the booking page to the time that was taken, left or passed on."""

import re
from dataclasses import replace
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import Role
from server.booking import desk
from server.booking.store import By
from server.booking.tables import Booking, Claim
from server.booking.waitlist.tables import Wait
from server.clinic import store as clinics
from server.clinic.rules import Leave
from server.house import House
from server.notify.mail import Letter
from tests.server.booking.linden import Linden, booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
LIST = "/c/linden/waitlist"


def joining(linden: Linden, **changes: Any) -> dict[str, Any]:
    plain = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "day": ["3"],
        "part": ["morning"],
        "last": "2026-03-12",
        "name": "Jo Almeida",
        "contact": "jo.almeida@example.org",
        "consent": "yes",
        "once": "a-random-word",
    }
    return {**plain, **changes}


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def sent(house: House) -> list[Letter]:
    """What patients got just now."""
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    while await house.outbox.run_due():
        pass
    return [letter for letter in house.mailer.sent if not letter.for_staff]  # type: ignore[attr-defined]


def offered(page: str) -> dict[str, str]:
    """What the buttons of the page of a place send."""
    found = set(re.findall(r'name="offer" value="([0-9a-f]{32})"', page))
    assert len(found) == 1
    return {"offer": found.pop()}


async def waiting(client: httpx2.AsyncClient, house: House, linden: Linden, **changes: Any) -> str:
    """The address of a place in the line, where Mara's Thursday morning is full."""
    for hour, start in ((8, "08:00"), (9, "09:00"), (10, "10:00")):
        at = desk_time(start)
        await booked(house, linden, at, name=f"p{hour}")
    answer = await client.post(LIST, data=joining(linden, **changes))
    assert answer.status_code == 303
    house.clock.forward(seconds=1)  # type: ignore[attr-defined]
    return answer.headers["location"]


def desk_time(clock: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(f"2026-03-12T{clock}Z")


async def free_one(house: House, linden: Linden) -> None:
    from server.booking import store

    async def work(db: Any) -> Any:
        ids = list(await db.scalars(select(Booking.id)))
        cards = [await store.booking_for_visit(db, booking_id) for booking_id in ids]
        return min((one for one in cards if one and not one.cancelled_at), key=lambda one: one.starts_at)

    card = await house.db.read(work)
    assert await desk.cancel(house, linden.clinic, card, By())


async def test_the_booking_page_leads_to_the_list_with_what_was_chosen(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    page = unescape((await client.get(f"/c/linden?service={linden.session.id}&therapist=mara-lind")).text)
    link = re.search(r'href="(/c/linden/waitlist\?[^"]+)"', page)
    assert link
    form = await client.get(link[1])
    assert form.status_code == 200
    assert f'<option value="{linden.session.id}" selected>' in form.text
    assert '<option value="mara-lind" selected>' in form.text
    assert "A time is then kept for you for 2 hours" in form.text


async def test_where_the_clinic_confirms_each_time_the_list_promises_no_more_than_to_ask(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    place = await waiting(client, house, linden)
    asks = replace(linden.session, asks=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, asks, house.clock()))
    form = (await client.get(f"{LIST}?service={linden.session.id}")).text
    assert "makes it yours" not in form
    assert "One press asks for it, and the clinic confirms it." in form
    await free_one(house, linden)
    await sent(house)
    page = (await client.get(place)).text
    assert "The clinic confirms it first" in page
    assert "Ask for this time" in page
    await client.post(f"{place}/take", data=offered(page))
    page = (await client.get(place)).text
    assert "<h1>You asked for a time</h1>" in page


async def test_who_joins_has_a_place_with_a_link_and_a_mail(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    place = await waiting(client, house, linden)
    page = await client.get(place)
    assert "<h1>You are on the list</h1>" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    letters = [letter for letter in await sent(house) if letter.to == "jo.almeida@example.org"]
    assert "You are on the list" in [letter.subject for letter in letters]
    joined = next(letter for letter in letters if letter.subject == "You are on the list")
    assert f"http://testserver{place}" in joined.text
    assert "session" not in joined.text + joined.html
    again = await client.post(LIST, data=joining(linden))
    assert again.headers["location"] == place
    assert await count(house, Wait) == 1
    row = await house.db.read(lambda db: db.scalar(select(Wait)))
    assert row
    assert b"almeida" not in row.contact


async def test_a_freed_time_is_offered_by_mail_and_taken_with_one_press(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    place = await waiting(client, house, linden)
    await sent(house)
    await free_one(house, linden)
    letters = [letter for letter in await sent(house) if "free" in letter.subject]
    assert [letter.subject for letter in letters] == ["A time is free: Thursday 12 March, 9:00"]
    assert "It is kept for you until Monday 9 March, 12:00." in letters[0].text
    for _ in range(3):
        for method in ("GET", "HEAD"):
            await client.request(method, place)
    page = await client.get(place)
    assert "<h1>A time is free, and kept for you</h1>" in page.text
    assert (await client.get(f"{place}/take")).status_code in {404, 405}
    shown = offered(page.text)
    first, second = [await client.post(f"{place}/take", data=shown) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert "Your place is kept, Jo" in (await client.get(first.headers["location"])).text
    assert "<h1>You took a time</h1>" in (await client.get(place)).text
    assert await count(house, Claim) == 3


async def test_an_offer_that_is_over_goes_to_the_next_and_says_so_kindly(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    first = await waiting(client, house, linden)
    second = (await client.post(LIST, data=joining(linden, name="Kim", contact="kim@example.org"))).headers["location"]
    await free_one(house, linden)
    await sent(house)
    assert "You are on the list" in (await client.get(second)).text
    shown = offered((await client.get(first)).text)
    clock.forward(hours=2)
    assert [letter.to for letter in await sent(house)] == ["kim@example.org"]
    page = (await client.get(first)).text
    assert "You are on the list" in page
    assert "was offered to you and went on to the next person. You keep your place in the line." in page
    late = await client.post(f"{first}/take", data=shown)
    assert late.headers["location"] == f"{first}?notice=gone"
    assert "That time went on." in (await client.get(late.headers["location"])).text
    assert "kept for you" in (await client.get(second)).text


@pytest.mark.parametrize("press", ["take", "pass"])
async def test_a_page_left_open_says_yes_or_no_to_its_own_time_alone(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock, press: str
) -> None:
    place = await waiting(client, house, linden)
    await free_one(house, linden)
    await sent(house)
    first = offered((await client.get(place)).text)
    clock.forward(hours=2)
    await sent(house)
    await free_one(house, linden)
    await sent(house)
    page = (await client.get(place)).text
    assert "9:30" in page
    for stale in (first, {}, {"offer": "x"}, {"offer": uuid4().hex}):
        answer = await client.post(f"{place}/{press}", data=stale)
        assert answer.headers["location"] == f"{place}?notice=gone"
    page = (await client.get(answer.headers["location"])).text
    assert "That time is gone." in page
    assert "<h1>A time is free, and kept for you</h1>" in page
    assert offered(page) != first
    assert await count(house, Booking) == 3
    answer = await client.post(f"{place}/{press}", data=offered(page))
    assert answer.headers["location"] != f"{place}?notice=gone"
    assert await count(house, Booking) == (4 if press == "take" else 3)


async def test_an_offer_of_somebody_else_is_not_theirs(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    first = await waiting(client, house, linden)
    second = (await client.post(LIST, data=joining(linden, name="Kim", contact="kim@example.org"))).headers["location"]
    await free_one(house, linden)
    await sent(house)
    theirs = offered((await client.get(first)).text)
    for press in ("take", "pass"):
        answer = await client.post(f"{second}/{press}", data=theirs)
        assert answer.headers["location"] == f"{second}?notice=gone"
    assert offered((await client.get(first)).text) == theirs


async def test_no_and_leaving_by_the_link(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    first = await waiting(client, house, linden)
    second = (await client.post(LIST, data=joining(linden, name="Kim", contact="kim@example.org"))).headers["location"]
    await free_one(house, linden)
    await sent(house)
    shown = offered((await client.get(first)).text)
    for _ in range(2):
        assert (await client.post(f"{first}/pass", data=shown)).headers["location"] == first
    assert [letter.to for letter in await sent(house)] == ["kim@example.org"]
    for _ in range(2):
        assert (await client.post(f"{second}/leave")).headers["location"] == second
    assert "<h1>You are not on the list any more</h1>" in (await client.get(second)).text
    await sent(house)
    assert await count(house, Claim) == 2
    assert "You are on the list" in (await client.get(first)).text


async def test_leave_that_is_taken_back_frees_time_for_who_waits(
    client: httpx2.AsyncClient, linden: Linden, house: House, app: Starlette
) -> None:
    gone = Leave(uuid4(), linden.mara.staff_id, desk_time("00:00"), desk_time("23:00"))
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, gone))
    await client.post(LIST, data=joining(linden))
    assert [letter.subject for letter in await sent(house)] == ["You are on the list"]
    async with browser_on(app) as admin:
        await sign_in_as(admin, house, linden, Role.ADMIN)
        assert (await admin.post(f"/staff/clinic/leave/{gone.id}/drop")).status_code == 303
    assert [letter.subject for letter in await sent(house)] == ["A time is free: Thursday 12 March, 9:00"]


async def test_a_number_alone_is_told_by_text(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    place = await waiting(client, house, linden, contact="0171 555 01 34")
    await free_one(house, linden)
    await sent(house)
    texts = [text.words for text in house.texter.sent]  # type: ignore[attr-defined]
    assert any("A time is free: Thursday 12 March, 9:00" in words and place in words for words in texts)
    taken = await client.post(f"{place}/take", data=offered((await client.get(place)).text))
    assert taken.headers["location"].endswith("/keep")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": []}, "Choose at least one day."),
        ({"part": []}, "Choose at least one time of day."),
        ({"last": "2026-03-08"}, "This day is over."),
        ({"name": " "}, "Write the name we should call you by."),
        ({"contact": "jo@"}, "No mail would arrive at this address."),
        ({"consent": ""}, "We need your yes to this"),
    ],
)
async def test_a_form_that_needs_mending_says_how_and_keeps_everything(
    client: httpx2.AsyncClient, linden: Linden, house: House, changes: dict[str, Any], sentence: str
) -> None:
    answer = await client.post(LIST, data=joining(linden, **changes))
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert f'value="{linden.session.id}" selected' in answer.text
    assert await count(house, Wait) == 0


async def test_one_contact_cannot_stand_everywhere(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    for number in range(3):
        assert (await client.post(LIST, data=joining(linden, once=f"form {number}"))).status_code == 303
    answer = await client.post(LIST, data=joining(linden, once="one more"))
    assert answer.status_code == 422
    assert "You are on the list already." in answer.text


async def test_staff_see_the_line_in_order_and_take_somebody_off(
    client: httpx2.AsyncClient, linden: Linden, house: House, app: Starlette, clock: Clock
) -> None:
    place = await waiting(client, house, linden)
    clock.forward(minutes=1)
    await client.post(LIST, data=joining(linden, name="Kim", contact="kim@example.org", therapist=""))
    async with browser_on(app) as desk_browser, browser_on(app) as mara, browser_on(app) as samir:
        await sign_in_as(desk_browser, house, linden, Role.FRONT_DESK)
        await sign_in_as(mara, house, linden)
        await sign_in_as(samir, house, linden, Role.THERAPIST)
        page = unescape((await desk_browser.get("/staff/bookings/waitlist")).text)
        assert "2 people wait for a time" in page
        assert page.index("Jo Almeida") < page.index("Kim")
        assert "On Thursday. Morning." in re.sub(r"\s+", " ", page)
        assert "Kim" not in (await mara.get("/staff/bookings/waitlist")).text
        assert "Jo Almeida" not in (await samir.get("/staff/bookings/waitlist")).text
        remove = re.search(r'action="(/staff/bookings/waitlist/[^"]+/remove)"', page)
        assert remove
        assert (await samir.post(remove[1])).status_code == 404
        assert (await desk_browser.post(remove[1])).headers["location"] == "/staff/bookings/waitlist?notice=removed"
        assert "Jo Almeida" not in (await desk_browser.get("/staff/bookings/waitlist")).text
    assert "You are not on the list any more" in (await client.get(place)).text


async def test_an_unknown_link_and_a_clinic_without_a_list_are_404(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    assert (await client.get("/w/" + "A" * 43)).status_code == 404
    assert (await client.get("/c/nobody/waitlist")).status_code == 404


async def test_who_gave_a_number_alone_is_not_told_of_a_mail_and_opens_their_time_from_the_list(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    place = await waiting(client, house, linden, contact="030 901820")
    await free_one(house, linden)
    await sent(house)
    taken = await client.post(f"{place}/take", data=offered((await client.get(place)).text))
    page = (await client.get(place)).text
    assert "mail" not in page[page.index("<h1") :]
    assert "Open the page of my time" in page
    again = await client.post(f"{place}/take", data=offered(page))
    assert again.headers["location"] == taken.headers["location"]
    assert await count(house, Booking) == 4, "the same booking"
