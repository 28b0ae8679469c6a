"""The live elements in a real browser: the day hears of an arrival, the wait tells the truth, the note keeps itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, Route, expect

from server.app import SOCKETS
from server.house import House
from tests.engines.ports import free_port
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = [pytest.mark.asyncio, pytest.mark.e2e, pytest.mark.timeout(180)]
COUNT_TONES = """
let tones = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...when) {
  document.documentElement.dataset.tones = tones += 1
  return start.apply(this, when)
}
"""
# A tab that nobody looks at, with leave to give notices.
COUNT_NOTICES = """() => {
  const shown = new Map()
  globalThis.Notification = class {
    static permission = 'granted'
    constructor(words, { body = '', tag = '', renotify = false } = {}) {
      if (!renotify && shown.has(tag)) return
      shown.set(tag, words + body)
      document.documentElement.dataset.noticed = [...shown.values()].join('; ')
    }
  }
  Object.defineProperty(document, 'hidden', { get: () => true })
}"""
# A browser that keeps a page silent until something in it was pressed.
SILENT = """
let pressed = false
addEventListener('pointerdown', () => { pressed = true }, true)
Object.defineProperty(AudioContext.prototype, 'state', { get: () => pressed ? 'running' : 'suspended' })
AudioContext.prototype.resume = async () => {}
"""
Opened = Callable[[Browser, str], Awaitable[Page]]


class Announced(uvicorn.Server):
    """Says when the port answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.answers.set()


@pytest_asyncio.fixture
async def address(app) -> AsyncIterator[str]:
    """The running program on a real port."""
    port = free_port()
    config = uvicorn.Config(app, port=port, lifespan="off", log_level="error", **SOCKETS)
    server = Announced(config)
    serving = asyncio.create_task(server.serve())
    await server.answers.wait()
    yield f"http://localhost:{port}"
    server.should_exit = True
    server.force_exit = True
    await serving


@pytest_asyncio.fixture
async def opened(browser: Chromium, address: str) -> AsyncIterator[Opened]:
    """`await opened(who, path)`: the page in Chromium, with the cookies of that person."""
    contexts = []

    async def page(who: Browser, path: str) -> Page:
        context = await browser.new_context(permissions=["camera", "microphone"], timezone_id="Europe/Lisbon")
        contexts.append(context)
        cookies = [{"name": one.name, "value": one.value, "url": address} for one in who.cookies.jar]
        await context.add_cookies(cookies)
        await context.add_init_script(COUNT_TONES)
        shown = await context.new_page()
        await shown.goto(address + path)
        return shown

    yield page
    for context in contexts:
        await context.close()


async def test_the_day_hears_of_an_arrival_and_l_lets_the_patient_in(jo: Jo, mara: Browser, opened: Opened) -> None:
    day = await opened(mara, "/staff/patients")
    await day.get_by_role("link", name="Today", exact=True).click()
    await expect(day.get_by_role("heading", name="Nobody waits")).to_be_visible()
    await jo.arrive()
    row = day.locator("[data-waits]")
    await expect(row).to_contain_text("Jo Almeida")
    assert (await day.title()).startswith("(1) ")
    await expect(day.locator("html")).to_have_attribute("data-tones", "2")
    await day.keyboard.press("l")
    await day.wait_for_url(f"**{jo.staff_url}")
    assert "Mara lets you in" in await jo.page()


async def test_every_page_of_the_staff_tells_of_an_arrival_and_one_of_them_sounds(
    jo: Jo, mara: Browser, opened: Opened
) -> None:
    first = await opened(mara, "/staff/patients")
    calendar = await first.context.new_page()
    await calendar.goto(first.url.replace("patients", "calendar"))
    async with calendar.expect_response("**/live?*"):
        await calendar.reload()
    await calendar.locator("h1").click()  # a browser lets no page sound that nobody pressed yet
    await jo.arrive()
    for shown in (calendar, first):
        await expect(shown).to_have_title(re.compile(r"^\(1\) "))
        await expect(shown.get_by_role("status").get_by_role("link", name="One person waits")).to_be_visible()
    await expect(calendar.locator("html")).to_have_attribute("data-tones", "2")
    assert await first.locator("html").get_attribute("data-tones") is None
    await calendar.reload()
    await expect(calendar).to_have_title(re.compile(r"^\(1\) "))
    assert await calendar.locator("html").get_attribute("data-tones") is None, "it was told"


async def test_a_page_that_the_browser_keeps_silent_says_so_until_it_is_pressed(
    jo: Jo, mara: Browser, opened: Opened
) -> None:
    day = await opened(mara, "/staff")
    await day.context.add_init_script(SILENT)
    await day.reload()
    silent = day.get_by_role("button", name="Your browser keeps this page silent")
    await silent.click()
    await expect(silent).to_be_hidden()
    await jo.arrive()
    await expect(day.locator("html")).to_have_attribute("data-tones", "2")


async def test_a_tab_in_the_background_gives_a_notice_for_everybody_that_names_nobody(
    jo: Jo, mara: Browser, opened: Opened, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    made = await booked_this_morning(house, linden, clock, START - timedelta(minutes=60))
    noor = await with_link(made, await browsers())
    clock.now = START - timedelta(minutes=14)
    day = await opened(mara, "/staff")
    await expect(day.get_by_role("heading", name="Nobody waits")).to_be_visible()
    await day.evaluate(COUNT_NOTICES)
    words = "Somebody came into the waiting room"
    for one, shown in ((jo, words), (noor, f"{words}; {words}")):
        await one.arrive()
        await expect(day.locator("html")).to_have_attribute("data-noticed", shown)


async def test_switches_of_sound_and_keys_are_kept(jo: Jo, mara: Browser, opened: Opened) -> None:
    await jo.arrive()
    day = await opened(mara, "/staff")
    for name in ("A sound when somebody comes", "Key L lets in the next"):
        await day.get_by_label(name).uncheck()
    await day.reload()
    for name in ("A sound when somebody comes", "Key L lets in the next"):
        await expect(day.get_by_label(name)).not_to_be_checked()
    await day.keyboard.press("l")
    assert "in the waiting room since" in await jo.page()


async def test_the_form_of_a_line_never_leaves_the_wait(jo: Jo, mara: Browser, opened: Opened) -> None:
    await jo.arrive()
    phone = await opened(jo.browser, jo.url)
    box, send = phone.get_by_label("Write to the clinic"), phone.get_by_role("button", name="Send", exact=True)
    await send.click()
    await expect(box).to_be_focused()
    await box.press("Control+Enter")
    await box.fill("I am in the car")
    await phone.route("**/lines", lambda route: route.fulfill(status=429))
    await send.click()
    await expect(phone.get_by_text("Those were many lines in one minute.")).to_be_visible()
    await phone.unroute("**/lines")
    await send.dblclick()
    await expect(phone.locator(".line-mine")).to_have_count(1)
    await expect(box).to_have_value("")
    assert phone.url.endswith(jo.url)


async def test_the_wait_changes_its_words_by_itself_and_says_so_once(
    jo: Jo, mara: Browser, opened: Opened, clock: Clock
) -> None:
    await jo.arrive()
    phone = await opened(jo.browser, jo.url)
    await expect(phone.locator("h1:visible")).to_have_text("You are in the waiting room")
    await mara.get("/staff/day/waiting")
    await expect(phone.locator("h1:visible")).to_have_text("Mara knows you are here")
    await expect(phone.locator("[data-voice]")).to_have_text("Mara knows you are here")
    await expect(phone.locator("heart-beat").last).to_have_text("3 seconds ago", timeout=8000)
    await mara.post(f"{jo.staff_url}/end")
    await expect(phone.locator("h1:visible")).to_have_text("Thank you for coming, Jo")


async def test_a_link_opened_elsewhere_shows_the_clock_of_that_device(
    jo: Jo, opened: Opened, browser: Chromium
) -> None:
    at_home = await opened(jo.browser, jo.url)
    address = at_home.url
    travelling = await browser.new_context(timezone_id="Asia/Kathmandu")
    await travelling.add_cookies([one for one in await at_home.context.cookies() if one["name"] != "tz"])
    page = await travelling.new_page()
    await page.goto(address)
    await expect(page.get_by_text("In Berlin it is")).to_be_visible()
    await expect(page.locator(".when time").nth(1)).to_have_text("19:45")
    await travelling.close()


async def test_the_circle_pauses_and_keeps_still_where_motion_is_unwanted(jo: Jo, opened: Opened, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    phone = await opened(jo.browser, jo.url)
    pacer = phone.locator("breath-pacer")
    await expect(pacer).to_have_attribute("data-breath", "in")
    await phone.get_by_role("button", name="Pause the circle").click()
    await expect(pacer).to_have_attribute("data-breath", "rest")
    await expect(phone.get_by_text("Breathe slowly")).to_be_visible()
    await phone.emulate_media(reduced_motion="reduce")
    await phone.get_by_role("button", name="Let the circle move").click()
    await expect(pacer.locator("[data-count]")).to_be_visible()


async def test_the_note_survives_a_reload_in_the_middle_of_a_sentence(
    jo: Jo, mara: Browser, opened: Opened, house: House
) -> None:
    page = await opened(mara, jo.staff_url)
    note = page.get_by_label("Private note")
    await note.fill("Sleeps through since Sunday")
    await expect(page.locator("#note-state").get_by_text("Saved at")).to_be_visible()
    await note.fill("Sleeps through since Sunday. Wants to")
    await page.reload()
    await expect(page.get_by_label("Private note")).to_have_value("Sleeps through since Sunday. Wants to")
    await page.reload()
    await expect(page.get_by_label("Private note")).to_have_value("Sleeps through since Sunday. Wants to")


async def test_a_page_that_was_drawn_before_the_last_save_is_asked_for_anew(
    jo: Jo, mara: Browser, opened: Opened
) -> None:
    page = await opened(mara, jo.staff_url)
    saved = asyncio.Event()
    drawn: list[str] = []

    async def drawn_early(route: Route) -> None:
        answer = await route.fetch()
        drawn.append(await answer.text())
        await saved.wait()
        await route.fulfill(response=answer)

    await page.route(f"**{jo.staff_url}", drawn_early)
    await page.get_by_label("Private note").fill("Wants to try the group")
    async with page.expect_response(lambda answer: answer.url.endswith("/note")) as heard:
        await page.evaluate("() => { location.reload() }")
    assert (await heard.value).ok
    saved.set()
    await expect(page.get_by_label("Private note")).to_have_value("Wants to try the group")
    assert "Wants to try the group" not in drawn[0]


async def test_a_save_whose_answer_is_lost_is_no_conflict_and_loses_nothing(
    jo: Jo, mara: Browser, opened: Opened
) -> None:
    page = await opened(mara, jo.staff_url)
    note, said = page.get_by_label("Private note"), page.locator("#note-state")

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/note", lost, times=1)
    await note.fill("Sleeps through")
    await expect(said.get_by_text("The server is out of reach")).to_be_visible()
    await note.press_sequentially(" since Sunday")
    await expect(said.get_by_text("Saved at")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Private note")).to_have_value("Sleeps through since Sunday")


async def test_words_over_a_note_that_changed_elsewhere_stand_beside_it_and_are_taken_by_hand(
    jo: Jo, mara: Browser, opened: Opened
) -> None:
    here, there = await opened(mara, jo.staff_url), await opened(mara, jo.staff_url)
    await there.get_by_label("Private note").fill("Wants to try the group")
    await expect(there.locator("#note-state").get_by_text("Saved at")).to_be_visible()
    await here.get_by_label("Private note").fill("Slept badly")
    await expect(here.locator("#note-state").get_by_text("changed in another window")).to_be_visible()
    await here.reload()
    note, mine = here.get_by_label("Private note"), here.locator("#note-mine")
    await expect(note).to_have_value("Wants to try the group")
    await expect(mine).to_have_value("Slept badly")
    await here.get_by_role("button", name="Put it below the text above").click()  # the others are hidden
    await expect(mine).to_be_hidden()
    await expect(here.locator("#note-state").get_by_text("Saved at")).to_be_visible()
    await here.reload()
    await expect(note).to_have_value("Wants to try the group\n\nSlept badly")
    await expect(mine).to_be_hidden()


async def test_who_was_signed_out_is_told_so_and_keeps_the_words(jo: Jo, mara: Browser, opened: Opened) -> None:
    page = await opened(mara, jo.staff_url)
    await page.route("**/note", lambda route: route.fulfill(status=401, json={}), times=1)
    await page.get_by_label("Private note").fill("Slept badly")
    await expect(page.locator("#note-state").get_by_text("You are signed out")).to_be_visible()
    await page.get_by_role("link", name="Sign in again").click()  # the page itself, which asks for that first
    await expect(page.get_by_label("Private note")).to_have_value("Slept badly")
    await expect(page.locator("#note-state").get_by_text("Saved at")).to_be_visible()
