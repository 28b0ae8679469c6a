"""Moving, cancelling and the link: what a patient may do from their page, and what a stranger cannot."""

import html
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx2
import icalendar
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.accounts.tables import Staff
from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.freely import reaching as far_reaching
from server.booking.hours import floor
from server.booking.links import token_of
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.booking.tables import Booking, BookingLink, Cancellation, Claim, Move
from server.booking.week import value_of
from server.house import House
from server.outbox import OutboxRow
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio
LATER = "2026-03-12T12:30Z"


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def card_of(house: House, booking: BookingCard) -> BookingCard:
    card = await house.db.read(lambda db: store.booking_for_visit(db, booking.id))
    assert card
    return card


async def own(client: httpx2.AsyncClient, house: House, linden: Linden, **more: Any) -> BookingCard:
    """A booking whose link this browser has opened."""
    made = await booked(house, linden, **more)
    assert (await client.get(f"/l/{made.token}")).status_code == 303
    return made.card


async def everything(house: House) -> list[Any]:
    """Every row that a visit of the link could change."""
    tables = (Booking, BookingLink, Claim, Cancellation, Move, OutboxRow)

    async def work(db: AsyncSession) -> list[Any]:
        found = [(await db.execute(select(table.__table__))).all() for table in tables]
        return [sorted(map(str, rows)) for rows in found]

    return await house.db.read(work)


async def test_the_link_opens_its_booking_as_often_as_wanted_and_changes_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    before = await everything(house)
    for method in ("HEAD", "GET", "GET"):
        answer = await client.request(method, f"/l/{made.token}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/visit/{made.card.public_id}"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert f"visit-{made.card.public_id}={made.token}" in answer.headers["set-cookie"]
    assert await everything(house) == before


async def test_a_link_ends_thirty_days_after_the_visit(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    made = await booked(house, linden)
    clock.now = THURSDAY + timedelta(minutes=49, days=30)
    assert (await client.get(f"/l/{made.token}")).status_code == 303
    clock.forward(minutes=1)
    assert (await client.get(f"/l/{made.token}")).status_code == 404


@pytest.mark.parametrize("token", ["x" * 43, "short", "x" * 4000, "../../etc/passwd", "%00"])
async def test_an_unknown_link_is_not_found(client: httpx2.AsyncClient, linden: Linden, token: str) -> None:
    assert (await client.get(f"/l/{token}")).status_code == 404


async def test_a01_anothers_booking_answers_like_one_that_does_not_exist(
    app: Starlette, client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    mine = await own(client, house, linden)
    other = (await booked(house, linden, THURSDAY + timedelta(hours=4), name="Kim Berg")).card
    client.cookies.set(f"visit-{other.public_id}", client.cookies[f"visit-{mine.public_id}"])
    for part in ("", "/move", "/cancel", "/keep", "/calendar.ics"):
        foreign = await client.get(f"/visit/{other.public_id}{part}")
        missing = await client.get(f"/visit/{'0' * 20}{part}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_ids(foreign.text) == without_ids(missing.text)
        assert (await client.get(f"/visit/{mine.public_id}{part}")).status_code == 200
    assert (await client.post(f"/visit/{other.public_id}/cancel")).status_code == 404
    async with browser_on(app) as stranger:
        assert (await stranger.get(f"/visit/{mine.public_id}")).status_code == 404


def without_ids(html: str) -> str:
    return re.sub(r"[0-9a-f]{20,}", "", html)


async def test_a10_tokens_hold_256_bits_and_follow_from_nothing_a_page_shows(house: House, linden: Linden) -> None:
    from uuid import UUID, uuid4

    links = [uuid4() for _ in range(1000)]
    tokens = [token_of(house.keys, link) for link in links]
    assert len(set(tokens)) == 1000
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)
    near = [token_of(house.keys, UUID(int=number)) for number in range(200)]
    assert all(sum(a == b for a, b in zip(one, two, strict=True)) < 12 for one, two in pairwise(near))
    made = await booked(house, linden)
    hashes = list(await house.db.read(lambda db: db.scalars(select(BookingLink.token_hash))))
    assert made.token.encode() not in b"".join(hashes)


async def test_moving_changes_the_time_and_tells_both_sides(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    page = await client.get(f"/visit/{card.public_id}/move")
    assert "Choose another time" in page.text
    assert f'value="{LATER}"' in page.text
    answer = await client.post(f"/visit/{card.public_id}/move", data={"start": LATER})
    assert answer.status_code == 303
    moved = await card_of(house, card)
    assert (moved.starts_at, moved.moved_from, moved.sequence) == (THURSDAY + timedelta(hours=4), THURSDAY, 1)
    assert (await count(house, Claim), await count(house, Move)) == (1, 1)


async def test_a_move_sent_twice_moves_once(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    card = await own(client, house, linden)
    for _ in range(2):
        assert (await client.post(f"/visit/{card.public_id}/move", data={"start": LATER})).status_code == 303
    assert (await card_of(house, card)).sequence == 1
    assert await count(house, Move) == 1


@pytest.mark.parametrize(
    ("start", "status"), [("", 422), ("2026-03-12T12:07Z", 422), ("2020-01-01T09:00Z", 422), ("x", 422)]
)
async def test_a_move_to_no_offered_time_shows_the_times_again(
    client: httpx2.AsyncClient, house: House, linden: Linden, start: str, status: int
) -> None:
    card = await own(client, house, linden)
    answer = await client.post(f"/visit/{card.public_id}/move", data={"start": start})
    assert answer.status_code == status
    assert f'value="{LATER}"' in answer.text
    assert await card_of(house, card) == card


async def test_a_move_to_a_taken_time_is_409_with_other_times(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    await booked(house, linden, THURSDAY + timedelta(hours=4), name="Kim Berg")
    answer = await client.post(f"/visit/{card.public_id}/move", data={"start": LATER})
    assert answer.status_code == 409
    assert "That time was just taken." in answer.text
    assert await card_of(house, card) == card


@pytest.mark.parametrize("what", ["move", "cancel"])
async def test_after_the_deadline_the_page_names_the_clinics_number(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock, what: str
) -> None:
    card = await own(client, house, linden)
    clock.now = THURSDAY - timedelta(hours=23)
    page = await client.get(f"/visit/{card.public_id}/{what}")
    assert page.status_code == 200
    assert f"It is too late to {what} this time here" in page.text
    assert "555 0134" in page.text
    assert (await client.post(f"/visit/{card.public_id}/{what}", data={"start": LATER})).status_code == 409
    assert await card_of(house, card) == card


async def test_a16_cancelling_twice_cancels_once(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    card = await own(client, house, linden)
    for _ in range(2):
        answer = await client.post(f"/visit/{card.public_id}/cancel")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/visit/{card.public_id}")
    assert (await count(house, Cancellation), await count(house, Claim)) == (1, 0)
    assert (await card_of(house, card)).sequence == 1


async def test_a_page_from_before_a_move_cancels_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    url = f"/visit/{card.public_id}/cancel"
    asked = re.search(r'name="was" value="(\d+)"', (await client.get(url)).text)
    assert asked
    await client.post(f"/visit/{card.public_id}/move", data={"start": LATER})
    answer = await client.post(url, data={"was": asked[1]})
    assert (answer.status_code, await count(house, Cancellation)) == (409, 0)
    assert f'href="/visit/{card.public_id}"' in answer.text, "it leads back to the booking, which names the time of now"
    assert (await client.post(url, data={"was": "1"})).status_code == 303
    assert await count(house, Cancellation) == 1


async def test_the_page_to_keep_a_link_says_nothing_that_is_not_so(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    keep = f"/visit/{card.public_id}/keep"
    assert "no mail carries your link" not in (await client.get(keep)).text
    now, clock.now = clock.now, card.ends_at
    assert (await client.get(keep)).headers["location"] == f"/visit/{card.public_id}"
    clock.now = now
    await client.post(f"/visit/{card.public_id}/cancel")
    assert (await client.get(keep)).headers["location"] == f"/visit/{card.public_id}"


async def test_the_page_to_keep_a_link_to_a_time_that_was_asked_for_says_that_it_was_asked_for(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, THURSDAY, asks=True)
    await client.get(f"/l/{made.token}")
    page = (await client.get(f"/visit/{made.card.public_id}/keep")).text
    assert "<h1>You asked for this time. Keep this link</h1>" in page
    assert "Your place is kept" not in page


async def test_a16_cancelling_after_the_start_is_409(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    clock.now = THURSDAY
    assert (await client.post(f"/visit/{card.public_id}/cancel")).status_code == 409
    assert await count(house, Cancellation) == 0


async def test_a16_reading_the_cancel_page_cancels_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    before = await everything(house)
    for method in ("GET", "HEAD", "GET"):
        assert (await client.request(method, f"/visit/{card.public_id}/cancel")).status_code == 200
    assert await everything(house) == before


async def test_a_cancelled_booking_cannot_be_moved_and_leads_to_booking_again(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    await client.post(f"/visit/{card.public_id}/cancel")
    page = await client.post(f"/visit/{card.public_id}/move", data={"start": LATER})
    assert page.status_code == 409
    assert 'href="/c/linden"' in page.text


async def test_the_calendar_file_holds_the_booking_and_the_link(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await client.get(f"/l/{made.token}")
    answer = await client.get(f"/visit/{made.card.public_id}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    event = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt == THURSDAY
    assert event["URL"] == f"http://testserver/l/{made.token}"


async def test_a_foreign_page_cannot_cancel(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    card = await own(client, house, linden)
    answer = await client.post(f"/visit/{card.public_id}/cancel", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert await count(house, Cancellation) == 0


async def test_nobody_moves_to_a_therapist_whose_account_was_closed(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    jo = await with_link(await booked(house, linden), client)
    assert 'name="start"' in (await client.get(f"{jo.url}/move")).text
    gone = update(Staff).where(Staff.id == linden.mara.staff_id).values(disabled_at=house.clock())
    await house.db.unit(lambda db: db.execute(gone))
    page = await client.get(f"{jo.url}/move")
    assert page.status_code == 200
    assert 'name="start"' not in page.text
    answer = await client.post(f"{jo.url}/move", data={"start": "2026-03-12T12:00Z"})
    assert answer.status_code in {409, 422}
    card = await house.db.read(lambda db: store.booking_for_visit(db, jo.made.card.id))
    assert card
    assert card.sequence == 0


async def a_year_ahead(client: httpx2.AsyncClient, house: House, linden: Linden) -> BookingCard:
    """What staff put far beyond what the clinic plans for others, and whose link this browser has opened."""
    start = THURSDAY + timedelta(days=364)
    wish = Wish(start, linden.mara.staff_id, freely=True, outside=True)
    person = Person(desk.NOBODY, "Jo Almeida", "jo.almeida@example.org", "", language="en", zone="Europe/Lisbon")
    able = far_reaching(linden.clinic, start, house.clock())
    order = Order(able, linden.session, hours_of(linden.mara.staff_id), wish, person)
    made = await desk.book(house, order, By("staff", linden.mara.staff_id))
    assert isinstance(made, Made), made
    assert (await client.get(f"/l/{made.token}")).status_code == 303
    return made.card


async def test_what_staff_put_a_year_ahead_moves_on_the_patients_own_page(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await a_year_ahead(client, house, linden)
    page = (await client.get(f"/visit/{card.public_id}/move")).text
    to, sooner = card.starts_at + timedelta(days=1), house.clock() + timedelta(days=3)
    offered = re.findall(r'name="start" value="([^"]+)"', page)
    assert value_of(floor(to)) in offered
    assert min(offered) >= value_of(floor(card.starts_at - timedelta(days=1))), "it begins at its own day"
    beyond = value_of(floor(card.starts_at + timedelta(days=28)))
    answer = await client.post(f"/visit/{card.public_id}/move", data={"start": beyond})
    assert answer.status_code == 422
    assert re.findall(r'name="start" value="([^"]+)"', answer.text), "other times are offered"
    answer = await client.post(f"/visit/{card.public_id}/move", data={"start": value_of(floor(to))})
    assert answer.status_code == 303
    assert (await card_of(house, card)).starts_at == to
    today = (await client.get(f"/visit/{card.public_id}/move?day={sooner.date()}")).text
    assert re.findall(r'name="start" value="(2026-03-[^"]+)"', today), "what is sooner can be had too"


async def test_what_staff_put_a_year_ahead_is_pushed_no_further_by_several_moves(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await a_year_ahead(client, house, linden)

    async def moves(days: int) -> bool:
        start = value_of(floor(card.starts_at + timedelta(days=days)))
        return (await client.post(f"/visit/{card.public_id}/move", data={"start": start})).status_code == 303

    assert [await moves(days) for days in (7, 14, 21, 28)] == [True, True, False, False]
    wish = Wish(card.starts_at + timedelta(days=21), card.therapist_id, freely=True, outside=True)
    able = far_reaching(linden.clinic, wish.start, house.clock())
    assert await desk.move(house, able, await card_of(house, card), wish, By("staff")) is None
    assert [await moves(days) for days in (28, 35, 42)] == [True, True, False], "from where staff put it since"
    page = (await client.get(f"/visit/{card.public_id}/move")).text
    offered = re.findall(r'name="start" value="([^"]+)"', page)
    assert max(offered, default="") <= value_of(floor(card.starts_at + timedelta(days=36)))


async def test_at_the_limit_of_moving_the_page_offers_what_is_sooner_says_the_limit_and_how_the_clinic_is_reached(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await a_year_ahead(client, house, linden)
    where = f"/visit/{card.public_id}/move"
    limit = "Here it can be moved to Friday 26 March 2027 at the latest."
    assert limit not in (await client.get(where)).text, "there is more ahead than these days"
    for days in (7, 14):
        start = value_of(floor(card.starts_at + timedelta(days=days)))
        assert (await client.post(where, data={"start": start})).status_code == 303
    page = (await client.get(where)).text
    days = {one[:10] for one in re.findall(r'name="start" value="([^"]+)"', page)}
    assert len(days) > 7, "not the last few days alone"
    assert (min(days), max(days)) == ("2027-03-15", "2027-03-26")
    assert re.search(r'name="start" value="2027-03-15T[^"]+" checked', page), "one time is chosen already"
    assert limit in page
    assert "The clinic can still help:" in page
    assert f"tel:{linden.clinic.phone.replace(' ', '')}" in page
    empty = (await client.get(f"{where}?day=2027-04-30")).text
    assert "No time is planned in these days." in empty
    assert limit in empty
    back = re.search(r'href="([^"]+)#times">Earlier days', empty)
    assert back
    assert 'name="start"' in (await client.get(html.unescape(back[1]))).text


async def test_one_within_the_clinics_weeks_goes_no_further_than_they_reach(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden, start=THURSDAY + timedelta(days=49))
    far = value_of(floor(THURSDAY + timedelta(days=56)))
    assert (await client.post(f"/visit/{card.public_id}/move", data={"start": far})).status_code == 422
