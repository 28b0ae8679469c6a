"""An entry without a connection: sealed on a device of one's own, sent once when there is one, gone with who leaves."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.patients.space.door import COOKIE
from server.patients.space.rules import By
from server.patients.space.store import begin_login, by_token, end_logins
from tests.e2e.between import LADDER
from tests.e2e.ground import Ground, grounds
from tests.e2e.homes import TOKEN
from tests.e2e.people import NOW

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

LYING = """async () => new Promise((done, fail) => {
  const asked = indexedDB.open('parlour-own')
  asked.onsuccess = () => {
    if (!asked.result.objectStoreNames.contains('kept')) return done([])
    const found = asked.result.transaction('kept').objectStore('kept').getAllKeys()
    found.onsuccess = () => done(found.result.map(String))
  }
  asked.onerror = () => fail(asked.error)
})"""
EMPTIED = f"""async () => {{
  const lying = {LYING}
  while ((await lying()).length) await new Promise(requestAnimationFrame)
}}"""
READABLE = """async () => new Promise((done) => {
  const asked = indexedDB.open('parlour-own')
  asked.onsuccess = () => {
    const found = asked.result.transaction('kept').objectStore('kept').getAll()
    const said = (one) => one.body ? new TextDecoder().decode(one.body) : String(one.key.extractable)
    found.onsuccess = () => done(found.result.map(said))
  }
})"""
CACHED = """async () => {
  const said = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const one of await cache.matchAll()) said.push(await one.text())
  }
  return said
}"""
KEPT = f"""async (name) => {{
  const lying = {LYING}
  while (!(await lying()).includes(name)) await new Promise(requestAnimationFrame)
}}"""
LEFT = """async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
WAITING = f"""async (wanted) => {{
  const lying = {LYING}, waits = async () => (await lying()).some((name) => name.startsWith('doc:waits:'))
  while (await waits() !== wanted) await new Promise(requestAnimationFrame)
}}"""
KEEPS_NOTHING = {
    "throws": "IDBFactory.prototype.open = () => { throw new DOMException('insecure', 'SecurityError') }",
    "fails": """IDBFactory.prototype.open = () => {
      const asked = { error: new DOMException('broken', 'UnknownError') }
      setTimeout(() => asked.onerror())
      return asked
    }""",
    "is full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
    "is silent": "IDBFactory.prototype.open = () => ({})",
}
NOTE, SHARED = "canary by the weir", "s" * 43


async def at_home(browser: Browser, ground: Ground, **more: Any) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, **more)
    await context.add_cookies(ground.cookies["home"])
    return context, await context.new_page()


async def open_without_network(page: Page, address: str) -> None:
    """Once with a network, so that the device knows the form; then again without."""
    await page.goto(address)
    await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await page.wait_for_function("navigator.serviceWorker.controller")
    await page.context.set_offline(True)
    await page.goto(address)
    await expect(page.get_by_text("You can write all the same.")).to_be_visible()


async def write(page: Page, mood: int) -> None:
    await page.locator(f"input[name=mood][value='{mood}']").check()
    await page.get_by_label("A note for yourself").fill(f"{NOTE} {mood}")
    await page.get_by_role("button", name="Keep this entry").click()


async def entries(ground: Ground) -> int:
    asked = text("SELECT count(*) FROM journal_entries WHERE share = 'me' AND words_sealed IS NOT NULL")
    return int(await ground.house.db.read(lambda db: db.scalar(asked)) or 0)


class Network:
    """What happens to each entry that is sent: 'before' the server hears of it, 'after' it wrote it, 'unwell' where the
    server says so itself, 'mend' where it does not take the entry, else nothing.
    """

    def __init__(self, *plan: str) -> None:
        self.plan, self.heard = list(plan), 0

    async def __call__(self, route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        self.heard += 1
        step = self.plan.pop(0) if self.plan else ""
        if step in {"unwell", "mend"}:
            await route.fulfill(status=500 if step == "unwell" else 422, json={})
            return
        if step == "after":
            await route.fetch()
        await (route.abort() if step else route.continue_())


async def again(page: Page) -> None:
    await page.evaluate("dispatchEvent(new Event('online'))")


async def test_a_network_that_drops_at_every_step_loses_and_doubles_nothing(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network = Network("before", "after", "", "before")
        await page.route("**/me/mood", network)
        before = await entries(ground)
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/me/mood")
        await page.clock.pause_at(NOW + timedelta(hours=1))  # nothing is sent again by itself
        await write(page, 5)  # it does not get there
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await expect(page.locator("[data-count]")).to_have_text("1")
        await write(page, 6)  # the first gets there and its answer is lost: the second waits behind it
        await expect(page.locator("[data-count]")).to_have_text("2")
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/mood")  # the first is sent again, the second is lost on its way
        await expect(page.locator("[data-count]")).to_have_text("1")
        assert await entries(ground) == before + 1
        network.plan = ["after"]
        async with page.expect_event("requestfailed"):
            await again(page)
        await expect(page.locator("[data-count]")).to_have_text("1")
        assert await entries(ground) == before + 2
        await again(page)
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 2
        await write(page, 7)
        await expect(page).to_have_url(re.compile(r"/me/mood/back\?notice=kept"))
        assert await entries(ground) == before + 3
        assert network.heard >= 6
        network.plan = ["before"]
        await page.route("**/change", network)
        await page.goto(f"{ground.base}/me/mood/entry/00000000-0000-0000-0000-00000000001c/change")
        await write(page, 1)  # a change waits for nothing, and says so
        await expect(page.get_by_text("There is no connection.")).to_be_visible()
        await expect(page.get_by_label("A note for yourself")).to_have_value(f"{NOTE} 1")
        await context.close()


async def test_a_server_that_answers_badly_is_no_lost_connection(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network, unwell = Network("unwell"), page.get_by_text("The clinic’s server did not answer").filter(visible=True)
        await page.route("**/me/mood", network)
        await page.route("**/change", network)
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/me/mood")
        await page.clock.pause_at(NOW + timedelta(hours=1))
        before = await entries(ground)
        await write(page, 5)
        await expect(unwell).to_be_visible()
        await expect(
            page.get_by_text("Your entry is kept on this device, sealed, and goes there by itself")
        ).to_be_visible()
        await expect(page.get_by_text("There is no connection.")).to_be_hidden()
        network.plan = ["before"]
        await write(page, 6)  # now there is none
        await expect(page.get_by_text("when there is a connection")).to_be_visible()
        await expect(unwell).to_have_count(0)
        await again(page)
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 2
        network.plan = ["unwell"]
        await page.goto(f"{ground.base}/me/mood/entry/00000000-0000-0000-0000-00000000001c/change")
        await write(page, 1)
        await expect(unwell).to_be_visible()
        await expect(page.get_by_text("There is no connection.")).to_be_hidden()
        await expect(page.get_by_label("A note for yourself")).to_have_value(f"{NOTE} 1")
        await context.close()


async def test_what_the_clinic_does_not_take_stands_in_the_form_again(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network = Network("before")
        await page.route("**/me/mood", network)
        await page.goto(f"{ground.base}/me/mood")
        await page.locator("input[name=day]").evaluate("(field) => { field.type = 'text'; field.value = '1999-01-01' }")
        await write(page, 8)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await page.goto(f"{ground.base}/me/mood")
        await expect(page.get_by_text("An entry of yours was not taken.")).to_be_visible()
        await expect(page.get_by_label("A note for yourself")).to_have_value(f"{NOTE} 8")
        before = await entries(ground)
        await page.get_by_label("Which day it is about").fill("")
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(page).to_have_url(re.compile("notice=kept"))
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/mood")
        await expect(page.get_by_text("An entry of yours was not taken.")).to_be_hidden()
        await context.close()


async def test_what_waited_and_is_not_taken_is_said_while_the_page_stands_open(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network = Network("before", "mend", "before", "mend")
        await page.route("**/me/mood", network)
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/me/mood")
        await page.clock.pause_at(NOW + timedelta(hours=1))
        note, kept = page.get_by_label("A note for yourself"), page.get_by_text("Kept on this device, sealed.")
        await write(page, 5)
        await expect(kept).to_be_visible()
        await again(page)
        await expect(page.get_by_text("It stands in the form below")).to_be_visible()
        await expect(note).to_have_value(f"{NOTE} 5")
        await write(page, 5)
        await expect(kept).to_be_visible()
        await note.fill("something else")
        await again(page)
        await expect(page.get_by_text("It is kept on this device. Once")).to_be_visible()
        await expect(note).to_have_value("something else")
        await context.close()


async def test_one_that_the_clinic_has_no_place_for_holds_up_nothing_and_is_shown_with_its_words(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        answers = [404]

        async def once(route: Route) -> None:
            if route.request.method == "POST" and answers:
                await route.fulfill(status=answers.pop(), json={})
            else:
                await route.continue_()

        await page.route("**/me/mood", once)
        before = await entries(ground)
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 3)
        apart = page.locator("[data-apart]")
        await expect(apart).to_contain_text("Something was not taken, and is kept here.")
        await expect(apart).to_contain_text(f"{NOTE} 3")
        await write(page, 4)  # what comes after it goes on
        await expect(page).to_have_url(re.compile("notice=kept"))
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/mood")
        await expect(apart).to_contain_text(f"{NOTE} 3")
        await apart.get_by_role("button", name="Try again").click()
        await expect(apart).to_be_hidden()
        assert await entries(ground) == before + 2
        await context.close()


async def test_the_form_opens_without_a_connection_and_signing_out_leaves_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await open_without_network(page, f"{ground.base}/me/mood")
        await expect(page.get_by_role("group", name="Sertraline")).to_be_visible()
        await write(page, 4)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        lies = await page.evaluate(READABLE)
        assert "false" in lies
        assert "true" not in lies, "no script reads the key out"
        kept = json.dumps([lies, await page.evaluate(CACHED)])
        assert not [word for word in (NOTE, "Sertraline") if word in kept]
        await page.get_by_role("link", name="My space").click()
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_visible()
        await page.goto(f"{ground.base}/me/")  # where the app among the others starts
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_visible()
        await expect(page.get_by_role("main").get_by_role("listitem").first).to_have_text("Need help now")
        await page.goto(f"{ground.base}/me/letters")  # one that does not open without a connection says so, kindly
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_visible()
        await page.wait_for_load_state()
        await page.get_by_role("link", name="How is today?").click()
        await page.wait_for_url("**/me/mood")
        await expect(page.get_by_text("You can write all the same.")).to_be_visible()
        await page.goto(f"{ground.base}/me/letters")
        await context.set_offline(False)
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_hidden()
        await expect(page).to_have_url(f"{ground.base}/me/letters")
        async with page.expect_response(lambda one: one.request.method == "POST" and one.url.endswith("/me/mood")):
            await page.goto(f"{ground.base}/me/mood")
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await page.evaluate(LYING) == []
        assert await page.evaluate(LEFT) == [0, 0]
        await context.close()


async def test_a_page_that_stays_open_says_when_what_waited_is_at_the_clinic(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await open_without_network(page, f"{ground.base}/me/mood")
        today = datetime.now(UTC).astimezone()  # of the device
        day = f"{today:%A} {today.day} {today:%B}"  # as the server writes one
        await expect(page.locator("[data-today]")).to_have_text(day)
        await write(page, 4)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await context.set_offline(False)
        await expect(page.get_by_text("What waited on this device is at the clinic now.")).to_be_visible()
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_hidden()
        await expect(page.get_by_text("You can write all the same.")).to_be_hidden()
        assert await entries(ground) == before + 1
        await context.close()


async def test_a_thought_is_written_down_without_a_connection_and_is_one_entry(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await open_without_network(page, f"{ground.base}/me/tools/thought/new")
        await page.get_by_label("The situation").fill(NOTE)
        await page.locator("[name=emotions-0-name]").fill("Fear")
        await page.locator("[name=emotions-0-before][value='70']").check()
        await page.get_by_role("button", name="Keep, and go on later").click()
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        assert NOTE not in json.dumps([await page.evaluate(READABLE), await page.evaluate(CACHED)])
        await context.set_offline(False)
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/tools/thought")
        await page.get_by_role("link", name=NOTE).click()
        await expect(page.get_by_role("heading", name="Go on with it")).to_be_visible()
        await context.close()


async def test_a_ladder_is_written_down_without_a_connection_and_keeps_its_steps(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await open_without_network(page, f"{ground.base}/me/tools/ladder/new")
        await page.get_by_label("What fear keeps you from").fill(NOTE)
        await page.get_by_label("None of these").check()
        await page.locator("[name=steps-0-text]").fill("Over the bridge")
        await page.locator("[name=steps-0-suds][value='40']").check()
        await page.get_by_role("button", name="Keep it").click()
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        assert NOTE not in json.dumps([await page.evaluate(READABLE), await page.evaluate(CACHED)])
        await context.set_offline(False)
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/tools/ladder")
        await page.get_by_role("link", name=NOTE).click()
        await expect(page.get_by_text("Over the bridge")).to_be_visible()
        await context.close()


async def test_a_step_of_a_ladder_is_noted_without_a_connection_and_is_there_once(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await page.goto(f"{ground.base}/me/tools/ladder/{LADDER}")
        words = await page.locator(".tool-rungs b[dir], .tool-rungs p[dir] b").nth(1).inner_text()
        async with page.expect_response("**/me/offline/ladders"):
            await page.goto(f"{ground.base}/me")
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await page.evaluate(KEPT, "doc:ladders")
        await context.set_offline(True)
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("link", name="A step of the ladder").click()
        choice = page.get_by_label("Which step it was")
        await choice.select_option(label=words)
        await expect(page.get_by_label("The step", exact=True)).to_have_value(words)
        await page.get_by_label("What happened").fill(NOTE)
        await page.get_by_role("button", name="Keep it").click()
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await expect(page.get_by_label("The step", exact=True)).not_to_have_value("")
        lying = json.dumps([await page.evaluate(READABLE), await page.evaluate(CACHED)])
        assert not [word for word in (NOTE, words) if word in lying]
        await context.set_offline(False)
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 1
        await page.goto(f"{ground.base}/me/tools/ladder/{LADDER}")
        await expect(page.get_by_role("listitem").filter(has_text=words).first).to_contain_text("Faced")
        await context.close()


@pytest.mark.parametrize("how", KEEPS_NOTHING)
async def test_a_browser_that_keeps_nothing_sends_straight_and_says_where_it_cannot(
    browser: Browser, tmp_path: Path, how: str
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        await page.add_init_script(KEEPS_NOTHING[how])
        await page.route("**/me/mood", Network("before"))
        before = await entries(ground)
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 5)  # neither sent nor kept: the words stay
        await expect(page.get_by_text("There is no connection.")).to_be_visible()
        await expect(page.get_by_label("A note for yourself")).to_have_value(f"{NOTE} 5")
        await expect(page.locator("form[aria-busy]")).to_have_count(0)
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(page).to_have_url(re.compile(r"/me/mood/back\?notice=kept"))
        assert await entries(ground) == before + 1
        await context.close()


@pytest.mark.parametrize(("at", "link"), [("tools/thought/new", "I do not feel safe"), ("mood", "Need help now")])
async def test_whoever_needs_help_without_a_connection_can_call(
    browser: Browser, tmp_path: Path, at: str, link: str
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await page.goto(f"{ground.base}/me/plan")
        await open_without_network(page, f"{ground.base}/me/{at}")
        await page.get_by_role("link", name=link).first.click()
        await expect(page.get_by_role("heading", name="In danger? Call now")).to_be_visible()
        number = page.get_by_role("main").get_by_role("link", name=re.compile("^Call ")).first
        await expect(number).to_have_attribute("href", re.compile(r"^tel:\d{3}$"))
        await expect(page.locator("a[href*='findahelpline']")).to_have_count(0)  # nothing that needs a connection
        await page.get_by_role("link", name="My safety plan").click()
        await expect(page.get_by_role("heading", name="My safety plan")).to_be_visible()
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me/help")  # with one, it is the page that was meant
        await expect(page).to_have_url(f"{ground.base}/c/linden/help")
        await context.close()


async def test_a_device_that_is_signed_out_elsewhere_or_shared_keeps_nothing(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network = Network(*["before"] * 20)
        await page.route("**/me/mood", network)
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 5)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        assert len([one for one in await page.evaluate(LYING) if "waits:" in one]) == 1
        await ground.house.db.unit(sign_out_everywhere)
        network.plan.clear()
        await again(page)  # a page that stands open says so, and not that the clinic has it
        await expect(page.get_by_text("You are signed out by now.").filter(visible=True)).to_have_count(1)
        await expect(page.get_by_text("also what waited to be sent")).to_be_visible()
        await expect(page.get_by_text("keep the entry again")).to_be_hidden()
        await expect(page.get_by_text("What waited on this device is at the clinic now.")).to_be_hidden()
        network.plan = ["before"] * 20
        await page.goto(f"{ground.base}/me")
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        await asyncio.wait_for(page.evaluate(EMPTIED), 20)
        await on_a_shared_device(context, ground)
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 6)
        await expect(page.get_by_text("There is no connection.")).to_be_visible()
        await expect(page.get_by_label("A note for yourself")).to_have_value(f"{NOTE} 6")
        assert await page.evaluate(LYING) == []
        await context.close()


async def on_a_shared_device(context: BrowserContext, ground: Ground) -> None:
    """The same space, as a device has it that others use too."""

    async def begin(db: AsyncSession) -> None:
        found = await by_token(db, TOKEN)
        assert found
        await begin_login(db, found[1].id, SHARED, NOW, "Library", By.CODES, own=False)

    await ground.house.db.unit(begin)
    await context.add_cookies([{"name": COOKIE, "value": SHARED, "url": ground.base}])


async def sign_out_everywhere(db: AsyncSession) -> None:
    found = await by_token(db, TOKEN)
    assert found
    await end_logins(db, found[1].id, NOW)
