"""A safety plan in real browsers: read without a network on an own device, and written by two people at once."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.e2e.ground import Ground, grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio, pytest.mark.timeout(180)]

KEPT = """() => new Promise((done, fail) => {
  const asked = indexedDB.open('parlour-own', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('kept')
  asked.onerror = () => fail(asked.error)
  asked.onsuccess = () => {
    const keys = asked.result.transaction('kept').objectStore('kept').getAllKeys()
    keys.onsuccess = () => { asked.result.close(); done(keys.result) }
  }
})"""
GONE = f"""async () => {{
  while ((await ({KEPT})()).length || (await caches.keys()).length) await new Promise(requestAnimationFrame)
}}"""


async def person(browser: Browser, ground: Ground, who: str) -> BrowserContext:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    await context.add_cookies(ground.cookies[who])
    return context


async def test_it_opens_without_a_network_until_sign_out_and_two_people_lose_no_word(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        jo, mara = [await person(browser, ground, who) for who in ("home", "mara")]
        page, desk = await jo.new_page(), await mara.new_page()

        await page.goto(f"{ground.base}/me/plan/steps/alone")
        await desk.goto(f"{ground.base}/staff/patients/{ground.paths['person_booked']}/plan")
        beside = desk.locator("#alone")
        await page.locator("[name=text]").press("Control+End")
        await page.locator("[name=text]").press_sequentially("\nThe dog next door")
        await expect(page.locator("[data-when=saved]")).to_be_visible()
        await beside.locator("[name=text]").press("Control+End")
        await beside.locator("[name=text]").press_sequentially("\nTea on the stairs")
        await expect(beside.locator("[data-when=both]")).to_be_visible()
        await expect(beside.locator("[name=text]")).to_have_value(
            "A hot shower, long\nThe song from the ferry, twice\nOut of the flat, once around the block\n"
            "The dog next door\nTea on the stairs"
        )
        await expect(beside.locator("[data-when=saved]")).to_be_visible()

        await page.goto(f"{ground.base}/me/plan")
        await expect(page.get_by_text("Tea on the stairs")).to_be_visible()
        await expect(page.locator("[data-kept]")).to_be_visible()
        await page.reload()  # by now the worker answers for this page
        await jo.set_offline(True)
        await page.reload()
        await expect(page.get_by_text("There is no network now. This is your plan")).to_be_visible()
        await expect(page.get_by_text("Tea on the stairs")).to_be_visible()
        await expect(page.get_by_role("link", name="Call 555 0199")).to_have_attribute("href", "tel:5550199")
        await jo.set_offline(False)
        await page.get_by_role("link", name="Try again").click()
        await expect(page.get_by_text("Who reads it")).to_be_visible()

        await page.goto(f"{ground.base}/me")
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(f"{ground.base}/me/sign-in?notice=signed-out")
        await page.evaluate(GONE)
        await jo.close()
        await mara.close()


async def test_it_is_printed_with_every_step_and_number_and_nothing_to_press(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        jo = await person(browser, ground, "home")
        page = await jo.new_page()
        await page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
        await page.goto(f"{ground.base}/me/plan")
        who = page.get_by_role("heading", name="Who reads it")
        await expect(who).to_be_visible()
        await page.get_by_role("button", name="Print it").click()
        assert await page.evaluate("window.printed") == 1
        await page.emulate_media(media="print")
        for words in ("A hot shower, long", "555 0199"):
            await expect(page.locator(".plan").get_by_text(words).first).to_be_visible()
        for away in (
            who,
            page.get_by_role("button", name="Print it"),
            page.locator(".footer"),
            page.locator("nav").first,
        ):
            await expect(away).to_be_hidden()
        assert await page.locator("main a[href*='/me/plan/steps/']:visible").count() == 0
        await jo.close()


async def test_words_that_could_not_be_saved_are_nothing_of_who_comes_next(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        device = await person(browser, ground, "home")
        page, other = await device.new_page(), await device.new_page()
        step = f"{ground.base}/me/plan/steps/reasons"
        await page.goto(step)
        await other.goto(step)
        await page.route("**/steps/reasons", lambda route: route.fulfill(status=401, json={}))
        await page.locator("[name=text]").fill("My sister Ana")
        await expect(page.get_by_text("You are signed out")).to_be_visible()
        await page.unroute("**/steps/reasons")

        await device.clear_cookies()
        await device.add_cookies(ground.cookies["unbooked"])
        await other.locator("[name=text]").fill("Her garden")  # of a page that was drawn for the one before
        await expect(other.get_by_text("This was not taken")).to_be_visible()
        for shown in (page, other):
            await shown.goto(step)
            await expect(shown.locator("[name=text]")).to_have_value("")
        await page.locator("[name=text]").fill("The sea")
        await expect(page.locator("[data-when=saved]")).to_be_visible()
        await page.reload()
        await expect(page.locator("[name=text]")).to_have_value("The sea")
        await page.route("**/steps/reasons", lambda route: route.fulfill(status=401, json={}))
        await page.locator("[name=text]").fill("The sea, early")
        await expect(page.get_by_text("You are signed out")).to_be_visible()

        await page.goto(f"{ground.base}/me")
        page.once("dialog", lambda asked: asked.accept())
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(f"{ground.base}/me/sign-in?notice=signed-out")
        assert await page.evaluate("JSON.stringify(sessionStorage)") == "{}"
        await device.close()
