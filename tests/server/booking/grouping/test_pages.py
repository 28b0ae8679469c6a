"""A group on the pages: places that are left, nobody else's name, and staff who move or cancel all of it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server.access import Role
from server.booking import store
from server.clinic import store as clinics
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def group(linden: Linden, house: House) -> Linden:
    """Linden, where a session is given to three at once and people see what is left."""
    service = replace(linden.session, seats=3, shows_places=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    return replace(linden, session=service)


async def join(client: httpx2.AsyncClient, linden: Linden, name: str) -> httpx2.Response:
    sent = form(linden, name=name, contact=f"{name.split()[0].lower()}@example.org", once=name)
    return await client.post("/c/linden/book", data=sent)


def slot(html: str, start: str = "2026-03-12T08:30Z") -> str:
    found = re.search(rf'value="{start}".*?</label>', html, re.S)
    return found[0] if found else ""


async def test_the_page_says_how_many_places_are_left_where_the_clinic_wants_that(
    client: httpx2.AsyncClient, group: Linden, house: House
) -> None:
    asked = f"/c/linden?service={group.session.id}&therapist=mara-lind"
    page = (await client.get(asked)).text
    assert "in a group of up to 3" in page
    assert "3 places left" in slot(page)
    await booked(house, group)
    await booked(house, group, name="Kim")
    page = (await client.get(asked)).text
    assert "1 place left" in slot(page)
    assert "3 places left" in slot(page, "2026-03-12T09:30Z")
    assert slot(page, "2026-03-12T09:00Z") == ""
    quiet = replace(group.session, shows_places=False)
    await house.db.unit(lambda db: clinics.change_service(db, group.clinic.id, quiet, house.clock()))
    page = (await client.get(asked)).text
    assert slot(page)
    assert "left" not in slot(page)


async def test_the_last_place_is_given_once_and_nobody_learns_who_else_comes(
    client: httpx2.AsyncClient, group: Linden, app: Starlette
) -> None:
    pages = []
    for name in ("Ana Costa", "Kim Berg", "Jo Almeida"):
        answer = await join(client, group, name)
        if answer.status_code == 409:  # the same browser, a moment later: it is asked about first
            sent = form(group, name=name, contact=f"{name.split()[0].lower()}@example.org", once=name)
            earlier = re.search(r'name="another" value="([^"]+)"', answer.text)
            assert earlier
            answer = await client.post("/c/linden/book", data={**sent, "another": earlier[1]})
        assert answer.status_code == 303
        pages.append((await client.get(answer.headers["location"])).text)
    async with browser_on(app, "127.0.0.2") as other:
        assert (await join(other, group, "Too Late")).status_code == 409
    for page, name in zip(pages, ("Ana", "Kim", "Jo"), strict=True):
        assert f"Your place is kept, {name}" in page
        assert not [other for other in ("Ana", "Kim", "Jo") if other != name and other in page]


async def test_staff_see_who_comes_and_move_or_cancel_the_whole_group(
    client: httpx2.AsyncClient, group: Linden, house: House, app: Starlette
) -> None:
    made = [await booked(house, group, name=name, mail=f"{name}@example.org") for name in ("Ana", "Kim")]
    one = f"/staff/bookings/{made[0].card.public_id}"
    async with browser_on(app) as staff:
        await sign_in_as(staff, house, group, Role.FRONT_DESK)
        assert f"{one}/group" in (await staff.get(one)).text
        page = unescape((await staff.get(f"{one}/group")).text)
        assert "2 people of 3 come" in page
        assert "Ana" in page
        assert "Kim" in page
        assert (await staff.get(f"{one}/group/move")).status_code == 200
        moved = await staff.post(f"{one}/group/move", data={"start": "2026-03-12T13:00Z"})
        assert moved.headers["location"] == f"{one}/group?notice=moved-it"
        await house.outbox.run_due()
        subjects = [letter.subject for letter in house.mailer.sent if letter.subject.startswith("Your time is now")]  # type: ignore[attr-defined]
        assert len(subjects) == 2
        for _ in range(2):
            answer = await staff.post(f"{one}/group/cancel")
            assert answer.headers["location"] == "/staff/bookings?notice=group-cancelled"
        assert "Nobody comes any more" in (await staff.get(f"{one}/group")).text


async def test_a_group_a_year_ahead_moves_within_its_own_day_and_week(
    client: httpx2.AsyncClient, group: Linden, house: House, app: Starlette
) -> None:
    far = THURSDAY + timedelta(days=364)
    wide = replace(group, clinic=replace(group.clinic, policy=replace(group.clinic.policy, horizon=timedelta(400))))
    made = [await booked(house, wide, far, name=name, mail=f"{name}@example.org") for name in ("Ana", "Kim")]
    one = f"/staff/bookings/{made[0].card.public_id}"
    async with browser_on(app) as staff:
        await sign_in_as(staff, house, group, Role.FRONT_DESK)
        page = (await staff.get(f"{one}/group/move")).text
        assert 'value="2027-03-11T13:00Z"' in page, "the same day"
        assert 'value="2027-03-15T13:00Z"' in page
        assert 'value="2026-03-12T13:00Z"' not in page
        for to in ("2027-03-11T13:00Z", "2027-03-15T13:00Z"):
            moved = await staff.post(f"{one}/group/move", data={"start": to})
            assert moved.headers["location"] == f"{one}/group?notice=moved-it"
        assert (await staff.post(f"{one}/group/move", data={"start": "2028-03-09T13:00Z"})).status_code == 422
    cards = [await house.db.read(lambda db, of=each.card.id: store.booking_for_visit(db, of)) for each in made]
    assert {card.starts_at.date().isoformat() for card in cards if card} == {"2027-03-15"}


async def test_the_day_shows_each_of_a_group_in_a_line_of_their_own(
    client: httpx2.AsyncClient, group: Linden, house: House, app: Starlette, clock: Clock
) -> None:
    for name in ("Ana", "Kim"):
        await booked(house, group, name=name, mail=f"{name}@example.org")
    clock.now = THURSDAY - timedelta(hours=1)
    async with browser_on(app) as mara:
        await sign_in_as(mara, house, group)
        page = unescape((await mara.get("/staff")).text)
        assert page.count("one of 2 in a group") == 2


async def test_a_booking_of_one_alone_has_no_group(
    client: httpx2.AsyncClient, linden: Linden, house: House, app: Starlette
) -> None:
    made = await booked(house, linden)
    async with browser_on(app) as staff:
        await sign_in_as(staff, house, linden, Role.FRONT_DESK)
        for path in ("group", "group/move"):
            assert (await staff.get(f"/staff/bookings/{made.card.public_id}/{path}")).status_code == 404
        assert (await staff.post(f"/staff/bookings/{made.card.public_id}/group/cancel")).status_code == 404
