"""A time that the clinic confirms first, from the booking page to the answer on the patient's own page."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx2
import icalendar
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server.access import Role
from server.clinic import store as clinics
from server.house import House
from server.notify.mail import Letter
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"


@pytest_asyncio.fixture
async def asks(linden: Linden, house: House) -> Linden:
    """Linden, where a session is confirmed first."""
    service = replace(linden.session, asks=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    return replace(linden, session=service)


async def ask(client: httpx2.AsyncClient, linden: Linden, **changes: str) -> str:
    answer = await client.post(POST, data=form(linden, **changes))
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix("/visit/").removesuffix("/keep")


async def sent(house: House) -> dict[str, Letter]:
    """What went out just now: to the patient and to the therapist."""
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    while await house.outbox.run_due():
        pass
    return {"staff" if letter.for_staff else "patient": letter for letter in house.mailer.sent}  # type: ignore[attr-defined]


def event_of(letter: Letter) -> icalendar.Event:
    return icalendar.Calendar.from_ical(letter.calendar or b"").walk("VEVENT")[0]


async def test_the_page_says_that_the_clinic_confirms_first(client: httpx2.AsyncClient, asks: Linden) -> None:
    page = (await client.get(f"/c/linden?service={asks.session.id}")).text
    assert "Ask for this time" in page
    assert "The clinic confirms it first, within 24 hours." in page
    assert "Ask for this time" not in (await client.get(f"/c/linden?service={asks.first.id}")).text


async def test_who_asked_reads_until_when_they_hear_and_may_take_it_back(
    client: httpx2.AsyncClient, asks: Linden, house: House
) -> None:
    public_id = await ask(client, asks)
    page = unescape((await client.get(f"/visit/{public_id}")).text)
    assert "<h1>You asked for this time</h1>" in page
    assert "You hear by Tuesday 10 March, 10:00." in page
    assert "Check camera" not in page
    letters = await sent(house)
    assert letters["patient"].subject == "You asked for Thursday 12 March, 9:30"
    assert letters["staff"].subject == "Asked for: Thursday 12 March, 9:30"
    assert str(event_of(letters["patient"])["STATUS"]) == "TENTATIVE"
    assert (await client.get(f"/visit/{public_id}/move")).text.count("This time is not confirmed yet")
    assert "Take back that you asked" in (await client.get(f"/visit/{public_id}/cancel")).text
    assert (await client.post(f"/visit/{public_id}/cancel", data={"was": "0"})).status_code == 303
    assert "This time is cancelled" in (await client.get(f"/visit/{public_id}")).text


async def test_staff_see_it_on_top_of_the_day_and_confirm_it_with_one_press(
    client: httpx2.AsyncClient, asks: Linden, house: House, app: Starlette
) -> None:
    public_id = await ask(client, asks)
    async with browser_on(app) as desk:
        await sign_in_as(desk, house, asks, Role.FRONT_DESK)
        day = unescape((await desk.get("/staff")).text)
        assert "1 person asks for a time" in day
        assert re.search(r"Jo Almeida</b>\s*<span>Thursday 12 March, 9:30. A session, Mara Lind", day)
        for _ in range(2):
            answer = await desk.post(f"/staff/requests/{public_id}/confirm")
            assert answer.headers["location"] == "/staff?notice=request-confirmed"
        assert "asks for a time" not in (await desk.get("/staff")).text
        assert (await desk.get(f"/staff/requests/{public_id}")).status_code == 303
    assert "Your place is kept, Jo" in (await client.get(f"/visit/{public_id}")).text
    letters = await sent(house)
    assert letters["patient"].subject == "Thursday 12 March, 9:30 is confirmed"
    assert (str(event_of(letters["patient"])["STATUS"]), event_of(letters["patient"])["SEQUENCE"]) == ("CONFIRMED", 1)


async def test_what_was_confirmed_and_is_cancelled_since_is_not_said_to_be_confirmed(
    client: httpx2.AsyncClient, asks: Linden, house: House, app: Starlette
) -> None:
    public_id = await ask(client, asks)
    async with browser_on(app) as desk:
        await sign_in_as(desk, house, asks, Role.FRONT_DESK)
        await desk.post(f"/staff/requests/{public_id}/confirm")
        assert (await client.post(f"/visit/{public_id}/cancel", data={"was": "1"})).status_code == 303
        assert "This time is cancelled" in (await client.get(f"/visit/{public_id}")).text
        for press in ("confirm", "decline"):
            answer = await desk.post(f"/staff/requests/{public_id}/{press}")
            assert answer.headers["location"] == "/staff?notice=request-over"
        assert "Nothing was changed." in (await desk.get("/staff?notice=request-over")).text


async def test_declined_with_words_and_other_times_of_which_one_is_taken_with_one_press(
    client: httpx2.AsyncClient, asks: Linden, house: House, app: Starlette
) -> None:
    public_id = await ask(client, asks)
    async with browser_on(app) as desk:
        await sign_in_as(desk, house, asks, Role.FRONT_DESK)
        page = (await desk.get(f"/staff/requests/{public_id}")).text
        assert "I sleep badly" not in page, "why somebody comes is the therapist's alone"
        free = re.findall(r'name="time" value="([^"]+)"', page)
        assert len(free) == 12
        assert "2026-03-12T08:30Z" not in free
        said = {"words": "I am away <that> week.", "time": ["2026-03-12T09:30Z", "2026-03-12T13:00Z"]}
        answer = await desk.post(f"/staff/requests/{public_id}/decline", data=said)
        assert answer.headers["location"] == "/staff?notice=request-declined"
    letters = await sent(house)
    assert letters["patient"].subject == "Thursday 12 March, 9:30 is not possible"
    assert "away" not in letters["patient"].text + letters["patient"].html
    assert letters["patient"].method == "CANCEL"
    await booked(house, asks, THURSDAY + timedelta(hours=1), name="Somebody Faster")
    page = unescape((await client.get(f"/visit/{public_id}")).text)
    assert "<h1>That time is not possible</h1>" in page
    assert "I am away <that> week." in page
    assert re.findall(r'name="start" value="([^"]+)"', page) == ["2026-03-12T13:00Z"]
    assert "Others that the clinic proposed are taken by now." in page
    lost = await client.post(f"/visit/{public_id}/instead", data={"start": "2026-03-12T09:30Z"})
    assert lost.headers["location"] == f"/visit/{public_id}"
    other = await client.post(f"/visit/{public_id}/instead", data={"start": "2026-03-13T08:00Z"})
    assert other.headers["location"] == f"/visit/{public_id}", "only what was proposed"
    taken = await client.post(f"/visit/{public_id}/instead", data={"start": "2026-03-12T13:00Z"})
    assert "Your place is kept, Jo" in (await client.get(taken.headers["location"])).text


async def test_nobody_answers_and_the_patient_is_told(
    client: httpx2.AsyncClient, asks: Linden, house: House, clock: Clock
) -> None:
    public_id = await ask(client, asks)
    await sent(house)
    clock.forward(hours=24)
    letters = await sent(house)
    assert letters["patient"].subject == "Nobody could confirm Thursday 12 March, 9:30"
    assert letters["staff"].subject == "Not answered in time: Thursday 12 March, 9:30"
    page = (await client.get(f"/visit/{public_id}")).text
    assert "<h1>Nobody could confirm your time</h1>" in page
    assert "See all times" in page
    assert await sent(house) == {}


async def test_words_that_are_too_long_come_back_and_nothing_is_answered(
    client: httpx2.AsyncClient, asks: Linden, house: House, app: Starlette
) -> None:
    public_id = await ask(client, asks)
    async with browser_on(app) as mara:
        await sign_in_as(mara, house, asks)
        page = (await mara.get(f"/staff/requests/{public_id}")).text
        assert "I sleep badly" in page
        said = {"words": "x" * 501, "time": "2026-03-12T09:30Z"}
        answer = await mara.post(f"/staff/requests/{public_id}/decline", data=said)
        assert answer.status_code == 422
        assert "Two sentences are enough." in answer.text
        assert re.search(r'value="2026-03-12T09:30Z" checked', answer.text)
    assert "You asked for this time" in (await client.get(f"/visit/{public_id}")).text


async def test_another_therapist_and_another_clinics_patient_answer_nothing(
    client: httpx2.AsyncClient, asks: Linden, house: House, app: Starlette
) -> None:
    public_id = await ask(client, asks)
    async with browser_on(app) as samir:
        await sign_in_as(samir, house, asks, Role.THERAPIST)
        for path in ("", "/confirm", "/decline"):
            method = "POST" if path else "GET"
            answer = await samir.request(method, f"/staff/requests/{public_id}{path}")
            assert answer.status_code == 404
    async with browser_on(app) as stranger:
        answer = await stranger.post(f"/visit/{public_id}/instead", data={"start": "2026-03-12T09:30Z"})
        assert answer.status_code in {401, 403, 404}
    assert UUID(str(asks.session.id))
    assert "You asked for this time" in (await client.get(f"/visit/{public_id}")).text
