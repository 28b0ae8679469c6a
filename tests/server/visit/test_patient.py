"""The whole life of one link, seen from the patient's browser."""

import re
from html import unescape

import pytest

from server.house import House
from server.patients import store as patients
from tests.server.booking.linden import Linden, booked, form
from tests.server.conftest import Clock
from tests.server.visit.conftest import HERE, START, Browser, Browsers, Jo, with_link

pytestmark = pytest.mark.asyncio


async def test_a_booked_visit_shows_its_time_and_the_check(jo: Jo) -> None:
    text = await jo.page()
    assert "<h1>Your place is kept, Jo</h1>" in text
    assert "50 minutes with Mara Lind, by video." in text
    assert f'href="{jo.url}/check"' in text
    assert f'href="{jo.url}/calendar.ics"' in text
    assert "13:45" in text or "14:45" in text, "when the waiting room opens"
    assert f'href="{jo.url}/arrive"' not in text


async def test_within_the_hour_the_page_says_when_the_room_opens(jo: Jo, clock: Clock) -> None:
    clock.now = START.replace(hour=13, minute=0)
    assert "The waiting room opens at" in await jo.page()
    refused = await jo.arrive()
    assert refused.status_code == 303
    assert "The waiting room opens at" in await jo.page(), "too early changes nothing"


async def test_the_three_questions_keep_what_was_typed(jo: Jo, clock: Clock) -> None:
    clock.now = START
    answer = await jo.arrive(place="", contact="Ana & Rui <3>")
    assert answer.status_code == 422
    assert "Write where you are, so that help could find you." in answer.text
    assert "Ana &amp; Rui &lt;3&gt;" in answer.text
    assert 'value="555 0142"' in answer.text
    assert "The waiting room is open" in await jo.page()


async def test_a_wait_is_a_row_it_outlasts_reloads_and_a_second_arrival(jo: Jo, clock: Clock) -> None:
    clock.now = START
    assert (await jo.arrive()).status_code == 303
    first = await jo.page()
    assert "You are in the waiting room since 14:00." in first or "since 15:00" in first
    clock.forward(minutes=15)
    assert (await jo.arrive()).status_code == 303
    again = await jo.page()
    assert ("since 14:00" in again) == ("since 14:00" in first), "same place, same clock"
    assert "Nobody hears or sees you before Mara lets you in." in again
    assert "Make yourself a tea." in again
    assert '<meta http-equiv="refresh" content="15">' in again, "without script the page comes by itself"


async def test_the_answers_at_the_door_are_there_the_next_time(
    jo: Jo, mara: Browser, linden: Linden, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    way = re.search(r'href="(/c/linden\?[^"]*again=[^"]*)"', await jo.page())
    assert way, "the end of a visit leads to the next one of the same person"
    page = (await jo.browser.get(unescape(way[1]))).text
    assert "<b>Jo Almeida</b>" in page
    assert 'name="name"' not in page
    wish = form(linden, start="2026-03-10T14:00Z", again=jo.made.card.public_id, name="", contact="")
    booked = await jo.browser.post("/c/linden/book", data=wish)
    assert booked.status_code == 303, booked.text
    clock.now = START.replace(day=10)
    door = (await jo.browser.get(f"{booked.headers['location']}/arrive")).text
    assert "Is this still right?" in door
    assert all(value in door for value in HERE.values())


async def test_stepping_away_keeps_the_place_and_coming_back_is_one_press(jo: Jo, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    assert (await jo.browser.post(f"{jo.url}/leave")).status_code == 303
    away = await jo.page()
    assert "Your place is kept, Jo" in away
    assert f'action="{jo.url}/come-back"' in away
    clock.forward(minutes=5)
    await jo.browser.post(f"{jo.url}/come-back")
    assert "in the waiting room since" in await jo.page()


async def test_after_the_time_a_visit_that_nobody_opened_leads_to_a_new_booking(jo: Jo, clock: Clock) -> None:
    clock.now = jo.made.card.ends_at
    text = await jo.page()
    assert "This time has passed" in text
    assert 'href="/c/linden' in text
    assert (await jo.arrive()).status_code == 303
    assert "This time has passed" in await jo.page()


async def test_a_cancelled_visit_leads_to_a_new_booking_and_opens_no_room(jo: Jo, clock: Clock) -> None:
    cancelled = await jo.browser.post(f"{jo.url}/cancel", data={"sure": "yes"})
    assert cancelled.status_code in {200, 303}, cancelled.text
    clock.now = START
    text = await jo.page()
    assert "This time is cancelled" in text
    assert 'href="/c/linden' in text
    assert (await jo.browser.post(f"{jo.url}/ticket")).status_code == 409


async def test_the_check_opens_before_and_in_the_waiting_room_and_not_after(jo: Jo, clock: Clock) -> None:
    check = await jo.browser.get(f"{jo.url}/check")
    assert check.status_code == 200
    assert "<device-check" in check.text
    clock.now = START
    await jo.arrive()
    assert "Back to the waiting room" in (await jo.browser.get(f"{jo.url}/check")).text
    clock.now = jo.made.card.ends_at
    clock.forward(hours=6)
    assert (await jo.browser.get(f"{jo.url}/check")).status_code == 303


@pytest.mark.parametrize(
    ("method", "step"),
    [
        ("GET", ""),
        ("GET", "/check"),
        ("GET", "/arrive"),
        ("GET", "/wait-part"),
        ("POST", "/arrive"),
        ("POST", "/ticket"),
        ("POST", "/leave"),
        ("POST", "/come-back"),
    ],
)
async def test_a_foreign_visit_and_an_unknown_one_are_the_same_404(
    method: str, step: str, jo: Jo, house: House, linden: Linden, browsers
) -> None:
    other = await with_link(
        await booked(house, linden, START.replace(day=11), name="Rui", mail="rui@example.org"), await browsers()
    )
    foreign = await jo.browser.request(method, f"{other.url}{step}", data=HERE if method == "POST" else None)
    unknown = await jo.browser.request(method, f"/visit/aaaaaaaa{step}", data=HERE if method == "POST" else None)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.replace(other.made.card.public_id, "") == unknown.text.replace("aaaaaaaa", "")


async def test_the_part_that_is_fetched_says_when_the_page_must_open_anew(jo: Jo, mara: Browser, clock: Clock) -> None:
    before = await jo.browser.get(f"{jo.url}/wait-part")
    assert (before.status_code, before.headers["x-scene"]) == (204, "open")
    clock.now = START
    await jo.arrive()
    part = await jo.browser.get(f"{jo.url}/wait-part")
    assert part.headers["x-scene"] == "waiting"
    await mara.post(f"{jo.staff_url}/admit")
    assert (await jo.browser.get(f"{jo.url}/wait-part")).headers["x-scene"] == "in_session"
    await mara.post(f"{jo.staff_url}/end")
    assert (await jo.browser.get(f"{jo.url}/wait-part")).headers["x-scene"] == "ended"


async def test_whoever_the_clinic_booked_says_yes_to_its_text_at_the_door_and_once(
    house: House, linden: Linden, clock: Clock, browsers: Browsers
) -> None:
    jo = await with_link(await booked(house, linden, START, agreed=False), await browsers())
    patient_id = jo.made.card.patient_id
    assert await house.db.read(lambda db: patients.consents(db, patient_id)) == []
    clock.now = START
    await jo.arrive()
    await jo.arrive()
    kept = await house.db.read(lambda db: patients.consents(db, patient_id))
    assert kept == [("booking", linden.clinic.consent_version, START)]


async def test_a_browser_without_scripts_is_told_the_truth_and_whom_to_call(
    jo: Jo, mara: Browser, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    words = "Meeting by video needs JavaScript, and it is turned off in this browser."
    for step in ("", "admit"):
        if step:
            await mara.post(f"{jo.staff_url}/{step}")
        page = await jo.page()
        without = page[page.index("<noscript>\n") :]
        assert words in without[: without.index("</noscript>")]
        assert "555 0134" in without[: without.index("</noscript>")]
    assert page.count('class="with-script"') == 1, "that sound and picture are coming is hidden from it"
