"""'Need help now' where nothing is kept and the network is gone: the page that is open says whom to call."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.ground import grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
LYING = """async () => [(await caches.keys()).length, (await indexedDB.databases()).length,
  (await navigator.serviceWorker.getRegistrations()).length, localStorage.length, sessionStorage.length]"""
FITS = """() => document.querySelector("dialog").scrollWidth <= document.querySelector("dialog").clientWidth
  && document.querySelector("dialog").getBoundingClientRect().right <= innerWidth"""


@pytest.mark.parametrize(("lang", "link"), [("en", "Need help now"), ("ar", "")])
@pytest.mark.parametrize("how", ["gone", "hangs", "away"])
async def test_where_help_does_not_open_the_page_itself_says_whom_to_call(
    browser: Browser, tmp_path: Path, lang: str, link: str, how: str
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 320, "height": 640})
        page = await context.new_page()
        await page.goto(f"{ground.base}/c/linden/calm?lang={lang}")
        lying = await page.evaluate(LYING)

        async def broken(route: Route) -> None:
            if how == "away":
                await route.fulfill(status=503)

        await (context.set_offline(True) if how == "gone" else context.route("**/help", broken))
        opener = page.locator("header .help-link")
        await expect(opener).to_have_text(link or re.compile("."))
        await opener.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        number = dialog.get_by_role("link").first
        await expect(number).to_be_focused()
        await expect(number).to_have_attribute("href", re.compile(r"^tel:\d{3}$"))
        await expect(dialog).to_have_accessible_name(re.compile("."))
        assert await page.evaluate(FITS)
        await dialog.get_by_role("button").press("Enter")
        await expect(dialog).to_have_count(0)
        await expect(opener).to_be_focused()
        assert await page.evaluate(LYING) == lying
        await context.set_offline(False)
        await context.unroute("**/help")
        await opener.press("Enter")
        await expect(page).to_have_url(f"{ground.base}/c/linden/help")
        await context.close()


async def test_a_finger_that_comes_down_asks_already_and_a_tab_of_its_own_opens_at_once(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page, asked = await context.new_page(), list[str]()
        await page.goto(f"{ground.base}/c/linden/calm")
        page.on("request", lambda one: asked.append(one.method) if one.url.endswith("/help") else None)
        opener = page.locator("header .help-link")
        await opener.hover()
        async with page.expect_response(lambda one: one.request.method == "HEAD"):
            await page.mouse.down()
        await page.mouse.up()
        await expect(page).to_have_url(f"{ground.base}/c/linden/help")
        assert asked.count("HEAD") == 1
        await page.go_back()
        await opener.evaluate("it => { it.target = '_blank' }")
        await context.set_offline(True)
        async with context.expect_page():
            await opener.click()
        await expect(page.get_by_role("dialog").get_by_role("link").first).to_have_attribute(
            "href", re.compile("^tel:")
        )
        await context.close()


async def test_the_words_below_numbers_stand_where_the_numbers_do(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        await context.add_cookies(ground.cookies["home"])
        page = await context.new_page()
        await page.goto(f"{ground.base}/me/safe")
        left = "it => it.getBoundingClientRect().left + parseFloat(getComputedStyle(it).paddingInlineStart)"
        numbers, below = page.locator(".plan-country"), page.locator(".plan-country + .small")
        assert await below.evaluate(left) == await numbers.evaluate(left)
        await context.close()
