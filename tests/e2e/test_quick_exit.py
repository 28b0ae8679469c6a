"""Leaving at once: to a neutral page, by Escape and by the link, with nothing left in the tab."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.ground import grounds
from tests.e2e.test_offline import LYING, Network, at_home, entries, on_a_shared_device, write

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio, pytest.mark.timeout(180)]
NEUTRAL = "https://www.wikipedia.org/"
KEPT = """async () => [Object.keys(sessionStorage), (await indexedDB.databases()).map(({ name }) => name)]"""
KEEP = """async () => {
  sessionStorage.setItem('words', 'canary')
  const asked = indexedDB.open('parlour')
  await new Promise((done) => { asked.onsuccess = done })
  asked.result.close()
}"""
COMES_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
TELLS_TITLES = """() => {
  new MutationObserver(() => console.info(document.title)).observe(document.querySelector('title'), { childList: true })
}"""
LEFT_SINCE = f"sessionStorage.setItem('seen', String(Date.now())); {COMES_BACK}"


async def neutral(route: Route) -> None:
    await route.fulfill(status=200, content_type="text/html", body="<title>Nothing</title><p>Nothing</p>")


async def escape(page: Page, times: int) -> None:
    for _ in range(times):
        await page.keyboard.press("Escape")


async def test_three_times_escape_leaves_for_a_neutral_page_and_leaves_nothing_in_the_tab(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context()
        page, here, before = await context.new_page(), f"{ground.base}/c/linden/help", f"{ground.base}/c/linden/calm"
        await context.route(f"{NEUTRAL}**", neutral)
        await page.goto(before)
        await page.goto(here)
        await expect(page.get_by_text("or press Escape three times")).to_be_attached()
        await expect(page.get_by_text("The history of this browser still lists it.")).to_be_visible()
        await page.evaluate(KEEP)
        await escape(page, 2)
        await page.keyboard.press("Tab")
        await escape(page, 2)
        assert page.url == here, "two presses, or others between them, leave nothing"
        await escape(page, 1)
        await page.wait_for_url(NEUTRAL)
        await page.go_back()
        await expect(page).to_have_url(before)  # the page that was left is not behind it
        assert await page.evaluate(KEPT) == [["seen"], []], "a time, and no word"
        await page.evaluate(f"window.typed = 'a letter'; {COMES_BACK}")
        assert await page.evaluate("window.typed") == "a letter", "what was opened since keeps what is typed"
        async with page.expect_navigation():  # one from before does not come back with what was typed into it
            await page.evaluate(LEFT_SINCE)
        await page.get_by_role("link", name="Leave this page at once").click()
        await page.wait_for_url(NEUTRAL)
        await context.close()


async def test_without_scripts_there_is_a_way_out_too(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await context.route(f"{NEUTRAL}**", neutral)
        await page.goto(f"{ground.base}/c/linden/help")
        await page.get_by_role("link", name="Leave this page at once").click()
        await page.wait_for_url(NEUTRAL)
        await context.close()


async def test_on_a_device_of_ones_own_what_waits_stays_sealed_and_goes_later(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        await context.route(f"{NEUTRAL}**", neutral)
        await page.route("**/me/mood", Network(*["before"] * 20))
        before = await entries(ground)
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 2)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await page.evaluate(KEEP)
        await escape(page, 3)
        await page.wait_for_url(NEUTRAL)
        await page.unroute("**/me/mood")
        async with page.expect_response(lambda one: one.request.method == "POST" and one.url.endswith("/me/mood")):
            await page.goto(f"{ground.base}/me")
        assert await page.evaluate(KEPT) == [["seen"], ["parlour-own"]]
        await page.goto(f"{ground.base}/me/mood")
        await expect(page.locator("[data-waiting]")).to_be_hidden()
        assert await entries(ground) == before + 1
        await context.close()


async def test_who_wants_nothing_to_stay_is_signed_out_and_nothing_of_theirs_lies_there(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await context.route(f"{NEUTRAL}**", neutral)
        await page.goto(f"{ground.base}/me/devices")
        await page.get_by_label("Nothing stays").check()
        await expect(page.get_by_text("Kept on this device.")).to_be_visible()
        await page.goto(f"{ground.base}/me/mood")
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await context.set_offline(True)
        await write(page, 2)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await escape(page, 3)
        await page.wait_for_url(NEUTRAL)
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me/mood")  # whoever sits there next, with the history of the browser
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await page.evaluate(LYING) == []
        assert await page.evaluate("caches.keys()") == []
        await page.context.clear_cookies(name="left")
        await page.goto(f"{ground.base}/me")
        await expect(page).to_have_url(re.compile("/me/sign-in"))  # the clinic ended it, not the browser alone
        await context.close()


async def test_on_a_device_that_several_use_it_signs_out_and_the_tab_says_nothing_meanwhile(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await on_a_shared_device(context, ground)
        await page.goto(f"{ground.base}/me/mood")
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text))
        await page.evaluate(TELLS_TITLES)
        await context.route(f"{NEUTRAL}**", neutral)
        await escape(page, 3)
        await page.wait_for_url(NEUTRAL)
        assert said == ["www.wikipedia.org"]
        await page.goto(f"{ground.base}/me/mood")  # whoever sits there next
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        await context.clear_cookies(name="left")
        await page.goto(f"{ground.base}/me")
        await expect(page).to_have_url(re.compile("/me/sign-in"))  # the clinic ended it, not the browser alone
        await context.close()


async def test_signing_out_asks_before_it_deletes_what_the_clinic_does_not_have(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground, service_workers="block")
        network = Network(*["before"] * 20)
        await page.route("**/me/mood", network)
        before, asked = await entries(ground), []
        await page.goto(f"{ground.base}/me/mood")
        await write(page, 3)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await page.goto(f"{ground.base}/me")
        page.once("dialog", lambda dialog: (asked.append(dialog.message), asyncio.ensure_future(dialog.dismiss())))
        async with page.expect_event("dialog"):
            await page.get_by_role("button", name="Sign out here").click()
        assert "is not at the clinic yet" in asked[0]
        await expect(page).to_have_url(f"{ground.base}/me")
        assert len([one for one in await page.evaluate(LYING) if "waits:" in one]) == 1
        network.plan.clear()  # there is a network again: it goes, and nobody is asked
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await entries(ground) == before + 1
        await context.close()
