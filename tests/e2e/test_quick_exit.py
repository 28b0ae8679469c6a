"""Leaving at once: to a neutral page, by Escape and by the link, with nothing left in the tab."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.ground import grounds

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
        await expect(page.get_by_text("The history of this browser still lists it.")).to_be_attached()
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
